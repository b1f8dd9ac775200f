using Binnacle.PromQL;
using Binnacle.PromQL.Linting;

namespace Binnacle.Rendering.Common;

/// <summary>Shows a fault in its text, below the message that tells of it.</summary>
internal static class Marked
{
    /// <summary>A finding with its excerpt; without one where all of a field is meant, which the message names.</summary>
    public static string Finding(LintFinding finding) =>
        finding.Span.Start <= 0 && finding.Span.End >= finding.Source.Text.Length
            ? finding.ToString()
            : finding + Excerpt(finding.Source.Text, finding.Span.Start, finding.Span.End);

    /// <summary>A line feed, the line that is meant, and carets below the part; empty where there is nothing to show.</summary>
    public static string Excerpt(string text, int start, int end)
    {
        var excerpt = SourceExcerpt.Of(text, start, end);
        return excerpt.Length == 0 ? "" : "\n  " + excerpt.Replace("\n", "\n  ", StringComparison.Ordinal);
    }
}
