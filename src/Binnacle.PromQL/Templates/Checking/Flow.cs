using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

/// <summary>What is known of a value on its way through a template.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Literal">The text it was written as, or made from by printf where <paramref name="IsFormat"/>.</param>
/// <param name="IsFormat">Whether <paramref name="Literal"/> is only the format of the text.</param>
/// <param name="Query">The query that found it.</param>
/// <param name="Use">Where the alert's value was read, as a number from 1; 0 for any other value.</param>
internal readonly record struct Flow(
    GoType Type,
    StringNode? Literal = null,
    bool IsFormat = false,
    TemplateQuery? Query = null,
    int Use = 0
)
{
    public static Flow Unknown => new(GoTypes.Unknown);

    /// <summary>What is known whichever of both it is.</summary>
    public Flow Or(Flow other) =>
        ReferenceEquals(Type, other.Type) ? new Flow(Type, Query: Query == other.Query ? Query : null) : Unknown;
}
