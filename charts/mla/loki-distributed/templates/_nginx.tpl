{{/*
The gateway's nginx.conf, where gateway.nginxConfig.file is empty. Backends stand in variables, so that nginx looks their
names up while it runs, not only when it starts.
*/}}
{{- define "loki-distributed.nginxConfig" }}
{{- $loki := index .Values "loki-distributed" }}
{{- $global := $loki.global }}
{{- $nginx := $loki.gateway.nginxConfig }}
{{- $fullname := include "loki-distributed.fullname" . }}
{{- $domain := printf "%s.svc.%s" .Release.Namespace $global.clusterDomain -}}
worker_processes auto;
error_log /dev/stderr;
pid /tmp/nginx.pid;

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
  sendfile on;
  tcp_nopush on;
  resolver {{ $nginx.resolver | default (printf "%s.%s.svc.%s" $global.dnsService $global.dnsNamespace $global.clusterDomain) }};

  log_format {{ $nginx.logFormat }}
  {{- if $loki.gateway.verboseLogging }}
  access_log /dev/stderr main;
  {{- else }}
  map $status $failed {
    ~^[23] 0;
    default 1;
  }
  access_log /dev/stderr main if=$failed;
  {{- end }}
  {{- with $nginx.httpSnippet }}
  {{- . | nindent 2 }}
  {{- end }}

  server {
    listen 8080;
    proxy_http_version 1.1;

    set $distributor http://{{ $fullname }}-distributor.{{ $domain }}:3100;
    set $querier http://{{ $fullname }}-querier.{{ $domain }}:3100;
    set $frontend http://{{ $fullname }}-query-frontend.{{ $domain }}:3100;
    {{- if $loki.ruler.enabled }}
    set $ruler http://{{ $fullname }}-ruler.{{ $domain }}:3100;
    {{- end }}
    {{- if $loki.gateway.basicAuth.enabled }}

    auth_basic "Loki";
    auth_basic_user_file /etc/nginx/secrets/.htpasswd;
    {{- end }}

    location = / {
      auth_basic off;
      access_log off;
      return 200 "OK";
    }

    # Writes
    location ~ ^/(loki/api/v1|api/prom)/push$ {
      proxy_pass $distributor$request_uri;
    }

    # Tailing, over a websocket
    location ~ ^/(loki/api/v1|api/prom)/tail$ {
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_pass $querier$request_uri;
    }
    {{- if $loki.ruler.enabled }}

    # Rules and alerts
    location ~ ^/(prometheus/api/v1|loki/api/v1|api/prom)/(rules|alerts) {
      proxy_pass $ruler$request_uri;
    }
    {{- end }}

    # Queries
    location ~ ^/(loki/api|api/prom)/ {
      proxy_pass $frontend$request_uri;
    }
    {{- with $nginx.serverSnippet }}
    {{- . | nindent 4 }}
    {{- end }}
  }
}
{{- end }}
