using System.Text.Json.Nodes;

namespace LocalCluster.Schema;

/// <summary>
/// A structural OpenAPI v3 schema of a CustomResourceDefinition
/// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema"/>).
/// </summary>
internal sealed class StructuralSchema
{
    /// <summary>The type (object, array, string, integer, number, boolean); empty when any.</summary>
    public string Type { get; init; } = "";

    /// <summary>The declared fields, in the order of the document.</summary>
    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; init; } =
        new Dictionary<string, StructuralSchema>(StringComparer.Ordinal);

    /// <summary>The schema of every value of a map; null when there is none.</summary>
    public StructuralSchema? AdditionalProperties { get; init; }

    /// <summary>True for <c>additionalProperties: true</c>.</summary>
    public bool AllowsAnyProperty { get; init; }

    /// <summary>True for <c>additionalProperties: false</c>: any field is an error, and none is pruned.</summary>
    public bool AllowsNoProperty { get; init; }

    /// <summary>The schema of list items; null when there is none.</summary>
    public StructuralSchema? Items { get; init; }

    /// <summary>The default; null when there is none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>True when null is a value.</summary>
    public bool Nullable { get; init; }

    /// <summary>x-kubernetes-preserve-unknown-fields.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>x-kubernetes-int-or-string.</summary>
    public bool IntOrString { get; init; }

    /// <summary>x-kubernetes-list-type: atomic, set or map; null counts as atomic.</summary>
    public string? ListType { get; init; }

    /// <summary>x-kubernetes-list-map-keys.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>x-kubernetes-map-type: granular or atomic; null counts as granular.</summary>
    public string? MapType { get; init; }

    /// <summary>x-kubernetes-validations.</summary>
    public IReadOnlyList<ValidationRule> Validations { get; init; } = [];

    /// <summary>What values are allowed.</summary>
    public ValueChecks Checks { get; init; } = ValueChecks.None;

    /// <summary>Reads and checks a schema.</summary>
    /// <param name="schema">The openAPIV3Schema of a CRD version.</param>
    /// <param name="path">Where it stands, for error messages.</param>
    public static SchemaParse Parse(JsonObject schema, string path = "spec.validation.openAPIV3Schema") =>
        new StructuralSchemaParser().Parse(schema, path);

    /// <summary>Removes from a resource what the schema does not declare (in place); apiVersion, kind and metadata stay.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="onUnknown">Told the path of each removed field, such as <c>spec.list[0].bar</c>, in ordinal order.</param>
    public void Prune(JsonNode resource, Action<string>? onUnknown = null) =>
        SchemaPruning.Prune(this, resource, isResource: true, onUnknown);

    /// <summary>
    /// What a resource read from a request goes through (in place): nulls that neither are values nor have a default go, then defaults come.
    /// </summary>
    public void ApplyDefaults(JsonNode resource)
    {
        SchemaDefaulting.DropNulls(this, resource);
        SchemaDefaulting.Fill(this, resource);
    }

    /// <summary>
    /// What the outcome of a server-side apply goes through (in place): defaults alone. A null that the merge left stays, and validation refuses
    /// it, as Kubernetes does.
    /// </summary>
    public void FillDefaults(JsonNode resource) => SchemaDefaulting.Fill(this, resource);

    /// <summary>Checks a resource after pruning and defaulting.</summary>
    /// <param name="value">The resource.</param>
    /// <param name="old">The stored resource on an update: what it already had wrong and did not change is let pass.</param>
    /// <returns>All faults: of the schema, of list uniqueness, and of the validation rules when the rest is sound enough.</returns>
    public IReadOnlyList<FieldError> Validate(JsonNode value, JsonNode? old = null) =>
        SchemaValidation.Validate(this, value, old);
}

/// <summary>What came of reading a schema.</summary>
/// <param name="Schema">The schema; null when there are errors.</param>
/// <param name="Errors">What is not structural, not valid, or not supported.</param>
/// <param name="UnknownFields">Paths of keywords that no schema has; Kubernetes drops or refuses them by the request's field validation.</param>
internal sealed record SchemaParse(
    StructuralSchema? Schema,
    IReadOnlyList<FieldError> Errors,
    IReadOnlyList<string> UnknownFields
);

/// <summary>A rule of x-kubernetes-validations.</summary>
/// <param name="Rule">The CEL expression over <c>self</c> and <c>oldSelf</c>.</param>
/// <param name="Message">What to say when it is false; empty for the default.</param>
/// <param name="MessageExpression">A CEL expression for the message; empty for none.</param>
/// <param name="Reason">The reason of the error; FieldValueInvalid when empty.</param>
/// <param name="FieldPath">Where the error is shown, relative to the rule's place; empty for that place.</param>
/// <param name="OptionalOldSelf">Whether oldSelf is an optional; null when not stated.</param>
internal sealed record ValidationRule(
    string Rule,
    string Message,
    string MessageExpression,
    string Reason,
    string FieldPath,
    bool? OptionalOldSelf
)
{
    /// <summary>The compiled rule; null until the schema around it is known to be sound.</summary>
    public Cel.CompiledRule? Compiled { get; set; }
}

/// <summary>The value validations of a schema.</summary>
internal sealed record ValueChecks
{
    /// <summary>No checks.</summary>
    public static ValueChecks None { get; } = new();

    /// <summary>The format; empty for none.</summary>
    public string Format { get; init; } = "";

    /// <summary>The highest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether the highest number itself is excluded.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>The lowest number.</summary>
    public double? Minimum { get; init; }

    /// <summary>Whether the lowest number itself is excluded.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>The number that values are multiples of.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>The most characters.</summary>
    public long? MaxLength { get; init; }

    /// <summary>The fewest characters.</summary>
    public long? MinLength { get; init; }

    /// <summary>The regular expression, as written; null for none.</summary>
    public Re2Pattern? Pattern { get; init; }

    /// <summary>The most items.</summary>
    public long? MaxItems { get; init; }

    /// <summary>The fewest items.</summary>
    public long? MinItems { get; init; }

    /// <summary>The most fields.</summary>
    public long? MaxProperties { get; init; }

    /// <summary>The fewest fields.</summary>
    public long? MinProperties { get; init; }

    /// <summary>The fields that must be there.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The allowed values; empty for any.</summary>
    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    /// <summary>Schemas that all hold.</summary>
    public IReadOnlyList<StructuralSchema> AllOf { get; init; } = [];

    /// <summary>Schemas of which exactly one holds.</summary>
    public IReadOnlyList<StructuralSchema> OneOf { get; init; } = [];

    /// <summary>Schemas of which one holds at least.</summary>
    public IReadOnlyList<StructuralSchema> AnyOf { get; init; } = [];

    /// <summary>A schema that does not hold.</summary>
    public StructuralSchema? Not { get; init; }
}
