{{- /*
SPDX-License-Identifier: Apache-2.0

What several templates share. The names of the objects are fixed: a node has one table `portcullis`, so a
cluster has one Portcullis, and a second release is refused by helm for the first one's objects.
*/ -}}

{{- define "portcullis.labels" -}}
app.kubernetes.io/name: portcullis
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "portcullis.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end }}
