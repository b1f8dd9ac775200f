using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Crds;

/// <summary>Serves what stored CustomResourceDefinitions define, from the moment they are written.</summary>
internal sealed class CrdRegistrar(ResourceRegistry registry, ObjectDatabase database)
{
    public void Follow(ResourceStore definitions) =>
        definitions.OnChange(
            (_, change) =>
            {
                var definition = change.Object.ToJson();
                if (change.Type == ChangeType.Deleted)
                {
                    Withdraw(definition);
                }
                else
                {
                    Serve(definition);
                }
            }
        );

    /// <summary>Which of a definition's names are free in its group.</summary>
    public CrdNames Judge(string group, JsonObject names) => CrdNames.Judge(group, names, registry.All);

    private void Serve(JsonObject definition)
    {
        var spec = definition.Ensure("spec");
        if (!IsTrue(definition, "Established"))
        {
            return;
        }

        var (group, names) = (spec.Str("group") ?? "", spec.Ensure("names"));
        var versions = spec.Objects("versions").ToList();
        var storage = versions.First(version => version.Bool("storage") == true);
        var store = database.Open(new(group, names.Str("plural") ?? ""), SelectableFields(storage));
        // Objects may have been written by other versions of the definition.
        var convert =
            definition.Obj("status").Strings("storedVersions").Count > 1
            || definition.Metadata().Long("generation") > 1;
        registry.Replace(
            group,
            names.Str("plural") ?? "",
            [
                .. versions
                    .Where(version => version.Bool("served") == true)
                    .Select(version => Resource(definition, version, storage, store, convert)),
            ]
        );
    }

    private void Withdraw(JsonObject definition)
    {
        var spec = definition.Ensure("spec");
        var (group, plural) = (spec.Str("group") ?? "", spec.Obj("names").Str("plural") ?? "");
        registry.Replace(group, plural, []);
        database.Drop(new(group, plural));
    }

    private static ApiResource Resource(
        JsonObject definition,
        JsonObject version,
        JsonObject storage,
        ResourceStore store,
        bool convert
    )
    {
        var spec = definition.Ensure("spec");
        var (group, names, name) = (spec.Str("group") ?? "", spec.Ensure("names"), version.Str("name") ?? "");
        var subresources = version.Obj("subresources");
        var source = version.Obj("schema").Obj("openAPIV3Schema");
        var schema = ParseSchema(version);
        return new()
        {
            Group = group,
            Version = name,
            Kind = names.Str("kind") ?? "",
            CustomListKind = names.Str("listKind") ?? "",
            Plural = names.Str("plural") ?? "",
            Singular = names.Str("singular") ?? "",
            ShortNames = names.Strings("shortNames"),
            Categories = names.Strings("categories"),
            Namespaced = spec.Str("scope") == "Namespaced",
            Store = store,
            Strategy = new CustomStrategy(),
            HasStatus = subresources.Obj("status") is not null,
            Scale = Scale(subresources.Obj("scale")),
            Columns = CustomColumns.From(version),
            Conversion =
                convert || !ReferenceEquals(version, storage)
                    ? new VersionConversion(
                        $"{group}/{name}",
                        schema,
                        $"{group}/{storage.Str("name")}",
                        ParseSchema(storage)
                    )
                    : null,
            IsCustom = true,
            IsTerminating = definition.Metadata()["deletionTimestamp"] is not null,
            DeprecationWarning = Deprecation(version, group, name, names.Str("kind") ?? ""),
            Schema = schema,
            OpenApiSchema = source,
            Merge = CrdMergeSchema.Of(schema),
        };
    }

    private static StructuralSchema? ParseSchema(JsonObject version) =>
        version.Obj("schema").Obj("openAPIV3Schema") is { } source ? StructuralSchema.Parse(source).Schema : null;

    private static string? Deprecation(JsonObject version, string group, string name, string kind) =>
        version.Bool("deprecated") == true
            ? version.Str("deprecationWarning") ?? $"{group}/{name} {kind} is deprecated"
            : null;

    private static ScaleMapping? Scale(JsonObject? scale) =>
        scale is null
            ? null
            : new(
                Path(scale.Str("specReplicasPath") ?? ".spec.replicas"),
                Path(scale.Str("statusReplicasPath") ?? ".status.replicas"),
                scale.Str("labelSelectorPath") is { Length: > 0 } selector ? Path(selector) : null
            );

    private static List<string[]> SelectableFields(JsonObject version) =>
        [.. version.Objects("selectableFields").Select(field => Path(field.Str("jsonPath") ?? ""))];

    private static string[] Path(string jsonPath) => jsonPath.Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsTrue(JsonObject definition, string type) =>
        definition
            .Obj("status")
            .Objects("conditions")
            .Any(condition => condition.Str("type") == type && condition.Str("status") == "True");
}
