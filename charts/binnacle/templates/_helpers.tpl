{{- define "binnacle.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "binnacle.serviceAccountName" -}}
{{- default (include "binnacle.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* ClusterRoles of two releases must not meet. */}}
{{- define "binnacle.clusterRoleName" -}}
{{- printf "%s-%s" .Release.Namespace (include "binnacle.fullname" .) -}}
{{- end -}}

{{- define "binnacle.selectorLabels" -}}
app.kubernetes.io/name: binnacle
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "binnacle.labels" -}}
{{ include "binnacle.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "binnacle.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "binnacle.leaseNamespace" -}}
{{- default .Release.Namespace .Values.leaderElection.namespace -}}
{{- end -}}

{{- define "binnacle.leaseName" -}}
{{- default (include "binnacle.fullname" .) .Values.leaderElection.name -}}
{{- end -}}

{{- define "binnacle.webhookService" -}}
{{- printf "%s-webhooks" (include "binnacle.fullname" . | trunc 54 | trimSuffix "-") -}}
{{- end -}}

{{- define "binnacle.webhookSecret" -}}
{{- printf "%s-webhooks-tls" (include "binnacle.fullname" .) -}}
{{- end -}}

{{/* Cluster-scoped, as the ClusterRole. */}}
{{- define "binnacle.webhookConfiguration" -}}
{{- printf "%s-webhooks" (include "binnacle.clusterRoleName" .) -}}
{{- end -}}
