using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

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
    void FromStorage(System.Text.Json.Nodes.JsonObject value);

    void ToStorage(System.Text.Json.Nodes.JsonObject value);
}
