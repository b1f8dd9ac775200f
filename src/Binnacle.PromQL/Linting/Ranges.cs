using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>Questions to range vectors.</summary>
internal static class Ranges
{
    /// <summary>The selector whose samples a range vector has, as a range or as a subquery of nothing else; otherwise null.</summary>
    public static VectorSelector? SelectorOf(Expression range) =>
        range.Unwrap() is Subquery subquery ? subquery.Inner.Unwrap() as VectorSelector : range.AsSelector();

    /// <summary>Seconds as users write them.</summary>
    public static string Write(double seconds) => PrometheusDuration.Format(TimeSpan.FromSeconds(seconds));
}
