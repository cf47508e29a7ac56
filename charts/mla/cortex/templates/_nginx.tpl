{{/* nginx.conf. Backends stand in variables, so that nginx looks their names up while it runs, not only when it starts. */}}
{{- define "cortex.nginxConfig" }}
{{- $cortex := .Values.cortex }}
{{- $nginx := $cortex.nginx.config }}
{{- $prefix := dig "api" "prometheus_http_prefix" "/prometheus" $cortex.config }}
{{- $fullname := include "cortex.fullname" . }}
{{- $domain := printf "%s.svc.%s:%s" .Release.Namespace $cortex.clusterDomain (include "cortex.port" (list . "http-metrics")) -}}
worker_processes auto;
error_log /dev/stderr;
pid /tmp/nginx.pid;
{{- with $nginx.mainSnippet }}
{{ include "cortex.tpl" (list $ .) }}
{{- end }}

events {
  worker_connections 4096;
}

http {
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  default_type application/octet-stream;
  client_max_body_size {{ $nginx.client_max_body_size }};
  sendfile on;
  tcp_nopush on;
  resolver {{ $nginx.dnsResolver }};

  log_format main '$remote_addr - $remote_user [$time_local] $status "$request" $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" $http_x_scope_orgid';
  access_log /dev/stderr main;
  {{- with $nginx.httpSnippet }}
  {{- include "cortex.tpl" (list $ .) | nindent 2 }}
  {{- end }}

  server {
    listen {{ $cortex.nginx.http_listen_port }};
    proxy_http_version 1.1;
    proxy_connect_timeout 300s;
    proxy_send_timeout 300s;
    proxy_read_timeout 300s;
    {{- range $header, $value := $nginx.setHeaders }}
    proxy_set_header {{ $header }} {{ $value | quote }};
    {{- end }}
    {{- if $nginx.basicAuthSecretName }}

    auth_basic "Cortex";
    auth_basic_user_file /etc/nginx/users/.htpasswd;
    {{- end }}
    {{- with $nginx.serverSnippet }}
    {{- include "cortex.tpl" (list $ .) | nindent 4 }}
    {{- end }}

    location = /healthz {
      auth_basic off;
      access_log off;
      return 200 "alive";
    }

    # Writes
    set $distributor http://{{ $fullname }}-distributor.{{ $domain }};
    location ~ ^/(ring|all_user_stats|api/prom/push|api/v1/push)$ {
      proxy_pass $distributor$request_uri;
    }
    {{- if $cortex.config.auth_enabled }}
    {{- range $tenant := compact $nginx.auth_orgs | uniq }}
    location = /api/v1/push/{{ $tenant }} {
      proxy_set_header X-Scope-OrgID {{ $tenant }};
      proxy_pass $distributor/api/v1/push;
    }
    {{- end }}
    {{- end }}
    {{- if $cortex.alertmanager.enabled }}

    # Alertmanager
    set $alertmanager http://{{ $fullname }}-alertmanager.{{ $domain }};
    location ~ ^/(api/prom/alertmanager/|api/v1/alerts|multitenant_alertmanager/status) {
      proxy_pass $alertmanager$request_uri;
    }
    location = /api/prom/api/v1/alerts {
      proxy_pass $alertmanager/api/v1/alerts;
    }
    {{- end }}
    {{- if $cortex.ruler.enabled }}

    # Rules
    set $ruler http://{{ $fullname }}-ruler.{{ $domain }};
    location ~ ^/(api/v1/rules|api/prom/rules|ruler/ring) {
      proxy_pass $ruler$request_uri;
    }
    {{- end }}
    {{- if $cortex.configs.enabled }}

    # Configs API
    set $configs http://{{ $fullname }}-configs.{{ $domain }};
    location ~ ^/api/prom/configs/ {
      proxy_pass $configs$request_uri;
    }
    {{- end }}

    # Queries
    set $frontend http://{{ $fullname }}-query-frontend.{{ $domain }};
    location ~ ^(/api/prom|{{ $prefix }}/api/v1)/ {
      proxy_pass $frontend$request_uri;
    }
  }
}
{{- end }}
