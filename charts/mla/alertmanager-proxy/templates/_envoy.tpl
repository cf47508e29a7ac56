{{/* Envoy's configuration (bootstrap of API v3, Envoy 1.18.3 and later). */}}
{{- define "alertmanager-proxy.envoy" -}}
# Only the listener "metrics" below reaches this, and of it no more than three paths.
admin:
  address:
    socket_address:
      address: 127.0.0.1
      port_value: 9901

static_resources:
  listeners:
    - name: tenants
      address:
        socket_address:
          address: 0.0.0.0
          port_value: 8080
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: tenants
                # The authorization server and the routes must judge the path that the backend acts on:
                # /mine/../other has to be /other for all three.
                normalize_path: true
                merge_slashes: true
                path_with_escaped_slashes_action: REJECT_REQUEST
                access_log:
                  - name: envoy.access_loggers.stdout
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                http_filters:
                  - name: envoy.filters.http.ext_authz
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                      transport_api_version: V3
                      failure_mode_allow: false
                      status_on_error:
                        code: ServiceUnavailable
                      grpc_service:
                        timeout: 2s
                        envoy_grpc:
                          cluster_name: authorization
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  name: tenants
                  virtual_hosts:
                    - name: all
                      domains:
                        - "*"
                      routes:
                        # Health of the backend, which is nobody's secret.
                        - match:
                            path: /ready
                          route:
                            cluster: alertmanager
                          typed_per_filter_config:
                            envoy.filters.http.ext_authz:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
                              disabled: true
                        # The UI loads what it needs relative to its own path, so that has to end in a slash.
                        - match:
                            safe_regex:
                              google_re2: {}
                              regex: '/[[:alnum:]]+'
                          redirect:
                            regex_rewrite:
                              pattern:
                                google_re2: {}
                                regex: '^/([[:alnum:]]+)$'
                              substitution: '/\1/'
                        # The first segment is the user cluster. The authorization server has put it into the header
                        # X-Scope-OrgID; the backend does not know it as a part of the path.
                        - match:
                            safe_regex:
                              google_re2: {}
                              regex: '/[^/]+/.*'
                          route:
                            cluster: alertmanager
                            regex_rewrite:
                              pattern:
                                google_re2: {}
                                regex: '^/[^/]+/(.*)$'
                              substitution: '/api/prom/alertmanager/\1'

    - name: metrics
      address:
        socket_address:
          address: 0.0.0.0
          port_value: 9902
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: metrics
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  name: metrics
                  virtual_hosts:
                    - name: admin
                      domains:
                        - "*"
                      routes:
                        {{- range list "/ready" "/stats" "/stats/prometheus" }}
                        - match:
                            path: {{ . }}
                          route:
                            cluster: admin
                        {{- end }}

  clusters:
    - name: alertmanager
      type: STRICT_DNS
      dns_lookup_family: V4_ONLY
      connect_timeout: 2s
      lb_policy: ROUND_ROBIN
      load_assignment:
        cluster_name: alertmanager
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: {{ .backendAddress | quote }}
                      port_value: {{ .backendPort | int64 }}

    - name: authorization
      type: STRICT_DNS
      dns_lookup_family: V4_ONLY
      connect_timeout: 2s
      lb_policy: ROUND_ROBIN
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config:
            http2_protocol_options: {}
      load_assignment:
        cluster_name: authorization
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: alertmanager-authz-server
                      port_value: 50051

    - name: admin
      type: STATIC
      connect_timeout: 1s
      load_assignment:
        cluster_name: admin
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: 127.0.0.1
                      port_value: 9901
{{- end }}
