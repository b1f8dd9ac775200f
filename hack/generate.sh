#!/usr/bin/env bash
# Writes everything that is made out of the C# types: CRDs and RBAC, and the chart's copies of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet run --project src/Binnacle.CrdGen --no-restore -v quiet -- --output config

# The chart adds its own names to the ClusterRole: it takes the rules only.
mkdir -p charts/binnacle/files
{
    echo "# Copied from config/rbac/cluster_role.yaml by 'make generate'."
    sed -n '/^rules:/,$p' config/rbac/cluster_role.yaml
} >charts/binnacle/files/operator-rules.yaml

# Names, policies and selectors of the webhook are the release's: the chart takes what it is asked about only.
{
    echo "# Copied from config/webhook/validating_webhook.yaml by 'make generate'."
    sed -n '/^  rules:/,/^  failurePolicy:/p' config/webhook/validating_webhook.yaml | sed '$d'
} >charts/binnacle/files/webhook-rules.yaml

# Helm templates the chart's CRDs (it would never update those of a crds/ folder), so braces in descriptions are escaped
# and a deleted release leaves them, and with them the users' resources, in place.
CRDS=charts/binnacle/templates/crds
rm -rf "$CRDS"
mkdir -p "$CRDS"
for file in config/crd/*.yaml; do
    {
        echo '{{- if .Values.crds.install }}'
        sed -e 's/{{/{{ "{{" }}/g' "$file" | awk '
            /^  annotations:/ && !done { print; print "    helm.sh/resource-policy: keep"; done = 1; next }
            /^metadata:/ { print; inmeta = 1; next }
            /^[a-z]/ && inmeta && !done { print "  annotations:"; print "    helm.sh/resource-policy: keep"; done = 1 }
            { print }'
        echo '{{- end }}'
    } >"$CRDS/$(basename "$file")"
done
