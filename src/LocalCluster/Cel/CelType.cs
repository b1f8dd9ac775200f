namespace LocalCluster.Cel;

/// <summary>The kinds of CEL types.</summary>
internal enum CelKind
{
    /// <summary>Known only when evaluated.</summary>
    Dyn,

    /// <summary>The type of null.</summary>
    Null,

    /// <summary>true and false.</summary>
    Bool,

    /// <summary>64-bit integers.</summary>
    Int,

    /// <summary>64-bit unsigned integers.</summary>
    Uint,

    /// <summary>Floating-point numbers.</summary>
    Double,

    /// <summary>Texts.</summary>
    String,

    /// <summary>Octets.</summary>
    Bytes,

    /// <summary>Spans of time.</summary>
    Duration,

    /// <summary>Points in time.</summary>
    Timestamp,

    /// <summary>Lists of one item type.</summary>
    List,

    /// <summary>Maps of one key and one value type.</summary>
    Map,

    /// <summary>Objects with declared fields.</summary>
    Object,

    /// <summary>A value or none.</summary>
    Optional,

    /// <summary>Types as values.</summary>
    Type,

    /// <summary>Kubernetes quantities, such as 10Mi.</summary>
    Quantity,

    /// <summary>Parsed URLs.</summary>
    Url,

    /// <summary>Stands for any one type within a function's signature.</summary>
    Parameter,
}

/// <summary>A CEL type.</summary>
internal sealed class CelType
{
    private CelType(CelKind kind, string name, params CelType[] parameters)
    {
        Kind = kind;
        Name = name;
        Parameters = parameters;
    }

    /// <summary>Known only when evaluated.</summary>
    public static CelType Dyn { get; } = new(CelKind.Dyn, "dyn");

    /// <summary>The type of null.</summary>
    public static CelType Null { get; } = new(CelKind.Null, "null");

    /// <summary>true and false.</summary>
    public static CelType Bool { get; } = new(CelKind.Bool, "bool");

    /// <summary>64-bit integers.</summary>
    public static CelType Int { get; } = new(CelKind.Int, "int");

    /// <summary>64-bit unsigned integers.</summary>
    public static CelType Uint { get; } = new(CelKind.Uint, "uint");

    /// <summary>Floating-point numbers.</summary>
    public static CelType Double { get; } = new(CelKind.Double, "double");

    /// <summary>Texts.</summary>
    public static CelType String { get; } = new(CelKind.String, "string");

    /// <summary>Octets.</summary>
    public static CelType Bytes { get; } = new(CelKind.Bytes, "bytes");

    /// <summary>Spans of time.</summary>
    public static CelType Duration { get; } = new(CelKind.Duration, "duration");

    /// <summary>Points in time.</summary>
    public static CelType Timestamp { get; } = new(CelKind.Timestamp, "timestamp");

    /// <summary>Types as values.</summary>
    public static CelType Type { get; } = new(CelKind.Type, "type");

    /// <summary>Kubernetes quantities.</summary>
    public static CelType Quantity { get; } = new(CelKind.Quantity, "kubernetes.Quantity");

    /// <summary>Parsed URLs.</summary>
    public static CelType Url { get; } = new(CelKind.Url, "kubernetes.URL");

    /// <summary>The kind.</summary>
    public CelKind Kind { get; }

    /// <summary>The name without parameters.</summary>
    public string Name { get; }

    /// <summary>Item type of a list or optional; key and value type of a map.</summary>
    public IReadOnlyList<CelType> Parameters { get; }

    /// <summary>The fields of an object by the names expressions use.</summary>
    public IReadOnlyDictionary<string, CelType> Fields { get; private init; } =
        new Dictionary<string, CelType>(StringComparer.Ordinal);

    /// <summary>A list type.</summary>
    public static CelType List(CelType item) => new(CelKind.List, "list", item);

    /// <summary>A map type.</summary>
    public static CelType Map(CelType key, CelType value) => new(CelKind.Map, "map", key, value);

    /// <summary>An optional type.</summary>
    public static CelType Optional(CelType value) => new(CelKind.Optional, "optional_type", value);

    /// <summary>A stand-in within a function's signature.</summary>
    public static CelType Parameter(string name) => new(CelKind.Parameter, name);

    /// <summary>An object type.</summary>
    public static CelType Object(string name, IReadOnlyDictionary<string, CelType> fields) =>
        new(CelKind.Object, name) { Fields = fields };

    /// <summary>
    /// Fits an argument's type to this parameter type and binds its stand-ins; false when they do not fit.
    /// </summary>
    public bool Accepts(CelType argument, Dictionary<string, CelType> bound)
    {
        if (Kind == CelKind.Parameter)
        {
            if (!bound.TryGetValue(Name, out var known))
            {
                bound[Name] = argument;
                return true;
            }
            if (known.Kind == CelKind.Dyn || argument.Kind == CelKind.Dyn)
            {
                bound[Name] = Dyn;
                return true;
            }
            if (known.Kind == CelKind.Null && argument.TakesNull)
            {
                bound[Name] = argument;
                return true;
            }
            return known.Accepts(argument, bound);
        }
        if (Kind == CelKind.Dyn || argument.Kind == CelKind.Dyn)
        {
            return true;
        }
        if (argument.Kind == CelKind.Null && TakesNull)
        {
            return true;
        }
        if (Kind != argument.Kind)
        {
            return false;
        }
        if (Kind == CelKind.Object)
        {
            return Name == argument.Name;
        }
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (!Parameters[i].Accepts(argument.Parameters[i], bound))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The type with its stand-ins replaced; unbound ones become dyn.</summary>
    public CelType Substitute(Dictionary<string, CelType> bound) =>
        Kind switch
        {
            CelKind.Parameter => bound.GetValueOrDefault(Name, Dyn),
            CelKind.List => List(Parameters[0].Substitute(bound)),
            CelKind.Optional => Optional(Parameters[0].Substitute(bound)),
            CelKind.Map => Map(Parameters[0].Substitute(bound), Parameters[1].Substitute(bound)),
            _ => this,
        };

    /// <inheritdoc/>
    public override string ToString() => Parameters.Count == 0 ? Name : $"{Name}({string.Join(", ", Parameters)})";

    private bool TakesNull =>
        Kind is CelKind.Object or CelKind.Duration or CelKind.Timestamp or CelKind.Null or CelKind.Optional;
}
