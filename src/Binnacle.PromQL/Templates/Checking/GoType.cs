namespace Binnacle.PromQL.Templates.Checking;

/// <summary>What Go can do with a value: how it compares, prints and is walked.</summary>
internal enum GoShape
{
    /// <summary>Not known: whatever is done with it passes.</summary>
    Unknown,
    Nil,
    Bool,
    Integer,
    Float,
    Complex,
    Text,

    /// <summary>A text type of its own (HTML), which is no argument for a function that takes plain text.</summary>
    NamedText,
    Map,
    List,
    Struct,
}

/// <summary>The type of a value in a template, as far as it is known before it runs. Types are the same only as objects.</summary>
internal sealed class GoType(
    string name,
    GoShape shape,
    IReadOnlyDictionary<string, GoType>? members = null,
    GoType? element = null,
    IReadOnlyDictionary<string, int>? arguments = null
)
{
    /// <summary>As Go's messages call it.</summary>
    public string Name => name;
    public GoShape Shape => shape;

    /// <summary>Fields and methods; a map has any beside them.</summary>
    public IReadOnlyDictionary<string, GoType>? Members => members;

    /// <summary>Of a list or map.</summary>
    public GoType? Element => element;

    /// <summary>How many arguments the method takes.</summary>
    public int ArgumentsOf(string method) => arguments?.GetValueOrDefault(method) ?? 0;
}
