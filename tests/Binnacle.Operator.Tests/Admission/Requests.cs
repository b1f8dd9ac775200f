using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Admission;

/// <summary>Requests as an API server makes them.</summary>
internal static class Requests
{
    public const string Group = "binnacle.dev";

    /// <summary>One about an object in YAML, <c>kind</c> and <c>metadata</c> as given or as a thing of the shop.</summary>
    public static AdmissionRequest Of(
        string kind,
        string? spec,
        string? oldSpec = null,
        string metadata = "{name: thing, namespace: shop}",
        string? oldMetadata = null,
        string? operation = null,
        string user = "jane"
    ) =>
        new()
        {
            Uid = "u-1",
            Kind = new GroupVersionKind
            {
                Group = Group,
                Version = "v1alpha1",
                Kind = kind,
            },
            Name = "thing",
            Namespace = "shop",
            Operation = operation ?? (oldSpec is null && oldMetadata is null ? "CREATE" : "UPDATE"),
            Object = spec is null ? null : Json(kind, spec, metadata),
            OldObject =
                oldSpec is null && oldMetadata is null ? null : Json(kind, oldSpec ?? spec!, oldMetadata ?? metadata),
            UserInfo = new UserInfo
            {
                Username = user,
                Groups = ["system:authenticated", "shop-team"],
                Extra = new Dictionary<string, IReadOnlyList<string>> { ["scopes"] = ["all"] },
            },
        };

    private static JsonElement Json(string kind, string spec, string metadata) =>
        JsonElement.Parse(
            Manifests
                .Parse($"apiVersion: {Group}/v1alpha1\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n")
                .Single()
                .ToUtf8Json()
        );
}
