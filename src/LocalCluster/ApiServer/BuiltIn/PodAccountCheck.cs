using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>A new pod's ServiceAccount must be there.</summary>
internal sealed class PodAccountCheck(ObjectDatabase database) : IWriteCheck
{
    public void Check(ApiResource resource, JsonObject value, JsonObject? old, WriteContext context)
    {
        if (old is not null || resource is not { Group: "", Plural: "pods" })
        {
            return;
        }

        var (metadata, account) = (value.Metadata(), value.Obj("spec").Str("serviceAccountName") ?? "");
        var @namespace = metadata.Str("namespace") ?? "";
        if (database.Find(new("", "serviceaccounts"))?.Find(new(@namespace, account)) is null)
        {
            throw ApiException.Forbidden(
                resource.GroupResource,
                metadata.Str("name") ?? "",
                $"error looking up service account {@namespace}/{account}: serviceaccount \"{account}\" not found"
            );
        }
    }
}
