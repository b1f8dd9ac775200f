using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>
/// A claim grows only where its StorageClass allows it: what Kubernetes' PersistentVolumeClaimResize admission checks
/// (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#persistentvolumeclaimresize).
/// </summary>
internal sealed class ClaimResizeCheck(ObjectDatabase database) : IWriteCheck
{
    public void Check(ApiResource resource, JsonObject value, JsonObject? old, WriteContext context)
    {
        if (
            old is null
            || resource is not { Group: "", Plural: "persistentvolumeclaims" }
            || ClaimStrategy.Size(value) <= ClaimStrategy.Size(old)
            || old.Obj("status").Str("phase") != "Bound"
        )
        {
            return;
        }

        var name = value.Obj("spec").Str("storageClassName");
        var storageClass = string.IsNullOrEmpty(name)
            ? null
            : database.Find(new("storage.k8s.io", "storageclasses"))?.Find(new("", name))?.ToJson();
        if (storageClass?.Bool("allowVolumeExpansion") != true)
        {
            throw ApiException.Forbidden(
                resource.GroupResource,
                value.Metadata().Str("name") ?? "",
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            );
        }
    }
}
