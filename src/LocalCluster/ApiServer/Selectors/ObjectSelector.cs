using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Selectors;

/// <summary>Which objects of a resource a list or a watch is about: a namespace, labels and fields.</summary>
internal sealed class ObjectSelector
{
    private readonly string? @namespace;
    private readonly LabelSelector labels;
    private readonly List<(int Field, string Value, bool Equal)> fields = [];

    private const int NameField = -1;
    private const int NamespaceField = -2;

    /// <summary>Reads the selectors of a request.</summary>
    /// <param name="store">The resource, which knows its selectable fields.</param>
    /// <param name="namespace">Null for all namespaces.</param>
    /// <param name="labelSelector">In string form.</param>
    /// <param name="fieldSelector">In string form.</param>
    /// <param name="isCustom">True for a custom kind.</param>
    /// <param name="aliases">Other names of fields, for a version that calls them differently.</param>
    /// <exception cref="ApiException">400: unreadable, or a field that cannot be selected by.</exception>
    public ObjectSelector(
        ResourceStore store,
        string? @namespace,
        string? labelSelector,
        string? fieldSelector,
        IReadOnlyDictionary<string, string>? aliases,
        bool isCustom = false
    )
    {
        this.@namespace = @namespace;
        labels = LabelSelector.Parse(labelSelector);
        foreach (var part in (fieldSelector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value, equal) = ParseField(part, fieldSelector!);
            if (aliases?.TryGetValue(name, out var other) == true)
            {
                name = other;
            }

            fields.Add((IndexOf(store, name, isCustom), value, equal));
        }
    }

    /// <summary>True when every object of the namespace matches.</summary>
    public bool TakesAll => labels.IsEmpty && fields.Count == 0;

    public string? Namespace => @namespace;

    public bool Matches(StoredObject value)
    {
        if (@namespace is not null && value.Key.Namespace != @namespace)
        {
            return false;
        }

        foreach (var (field, expected, equal) in fields)
        {
            var actual = field switch
            {
                NameField => value.Key.Name,
                NamespaceField => value.Key.Namespace,
                _ => value.Fields[field],
            };
            if (actual == expected != equal)
            {
                return false;
            }
        }

        return labels.Matches(value.Labels);
    }

    private static (string Name, string Value, bool Equal) ParseField(string part, string whole)
    {
        foreach (var (sign, equal) in new[] { ("!=", false), ("==", true), ("=", true) })
        {
            var at = part.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                return (part[..at].Trim(), part[(at + sign.Length)..].Trim(), equal);
            }
        }

        throw ApiException.BadRequest($"invalid selector: '{whole}'; can't understand '{part}'");
    }

    private static int IndexOf(ResourceStore store, string name, bool isCustom)
    {
        if (name is "metadata.name")
        {
            return NameField;
        }

        if (name is "metadata.namespace")
        {
            return NamespaceField;
        }

        for (var i = 0; i < store.SelectableFields.Count; i++)
        {
            if (string.Join('.', store.SelectableFields[i]) == name)
            {
                return i;
            }
        }

        throw ApiException.BadRequest(
            isCustom || store.SelectableFields.Count > 0
                ? $"field label not supported: {name}"
                : $"\"{name}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        );
    }
}
