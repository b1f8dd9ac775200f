using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Resources;

/// <summary>One resource in one version, as it is served.</summary>
internal sealed record ApiResource
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Kind { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required bool Namespaced { get; init; }

    public required ResourceStore Store { get; init; }

    public required ResourceStrategy Strategy { get; init; }

    public string ListKind => listKind ?? Kind + "List";

    public string? CustomListKind
    {
        init => listKind = value;
    }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The status is written through its own subresource only.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Null when there is no scale subresource.</summary>
    public ScaleMapping? Scale { get; init; }

    /// <summary>Subresources beside status and scale, with the kind that is posted to them and their verbs.</summary>
    public IReadOnlyList<ExtraSubresource> ExtraSubresources { get; init; } = [];

    /// <summary>Printer columns after NAME; Kubernetes' own for a kind without any is AGE.</summary>
    public IReadOnlyList<TableColumn> Columns { get; init; } = [TableColumn.Age];

    /// <summary>How this version differs from the stored one; null: not at all.</summary>
    public IVersionConversion? Conversion { get; init; }

    /// <summary>Other names of selectable fields in this version.</summary>
    public IReadOnlyDictionary<string, string>? FieldAliases { get; init; }

    /// <summary>True for a kind that a CustomResourceDefinition brought.</summary>
    public bool IsCustom { get; init; }

    /// <summary>True while the definition of a custom kind is being deleted: nothing new may be created.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Sent with every answer of a deprecated version.</summary>
    public string? DeprecationWarning { get; init; }

    /// <summary>What objects of a custom kind look like; null for built-in kinds, whose strategies know.</summary>
    public StructuralSchema? Schema { get; init; }

    /// <summary>The schema as it is published; null for built-in kinds, whose types say.</summary>
    public JsonObject? OpenApiSchema { get; init; }

    /// <summary>How objects of the kind merge.</summary>
    public required MergeSchema Merge { get; init; }

    private readonly string? listKind;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public GroupResource GroupResource => new(Group, Plural);
}

/// <summary>A subresource of its own kind, for example <c>pods/log</c>.</summary>
internal sealed record ExtraSubresource(string Name, string Group, string Version, string Kind, string[] Verbs);

/// <summary>Where a kind keeps what the scale subresource shows.</summary>
internal sealed record ScaleMapping(string[] SpecReplicas, string[] StatusReplicas, string[]? Selector);

/// <summary>Turns the stored form of an object into another version and back.</summary>
internal interface IVersionConversion
{
    void FromStorage(JsonObject value);

    void ToStorage(JsonObject value);
}
