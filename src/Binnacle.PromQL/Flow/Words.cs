using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Names of parts of expressions, as users write them.</summary>
internal static class Words
{
    /// <summary>The matching clause: <c>on (job)</c>, <c>ignoring (code) group_left (team)</c>; "the default matching" for none.</summary>
    public static string Of(VectorMatching matching)
    {
        var mode = matching.Mode switch
        {
            MatchingMode.On => $"on ({string.Join(", ", matching.Labels)})",
            MatchingMode.Ignoring => $"ignoring ({string.Join(", ", matching.Labels)})",
            _ => "",
        };
        var group = matching.Group switch
        {
            Grouping.Left => $"group_left ({string.Join(", ", matching.Include)})",
            Grouping.Right => $"group_right ({string.Join(", ", matching.Include)})",
            _ => "",
        };
        return (mode, group) switch
        {
            ("", "") => "the default matching",
            ("", _) => group,
            (_, "") => mode,
            _ => $"{mode} {group}",
        };
    }
}
