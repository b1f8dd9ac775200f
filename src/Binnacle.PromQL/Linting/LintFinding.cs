using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>Something legal that is wrong, or looks so.</summary>
/// <param name="Id">The lint that found it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Source">The text in which it was found.</param>
/// <param name="Span">The part of the text.</param>
/// <param name="Message">What is wrong, as a clause.</param>
/// <param name="Fix">What to do about it, as a clause.</param>
public sealed record LintFinding(
    string Id,
    LintSeverity Severity,
    LintSource Source,
    TextSpan Span,
    string Message,
    string Fix
)
{
    /// <summary>Path of the field.</summary>
    public string Field => Source.Field;

    /// <summary>Line of the part's start, from 1.</summary>
    public int Line => 1 + Before.Count('\n');

    /// <summary>Character of the part's start in its line, from 1.</summary>
    public int Column => Before.Length - Before.LastIndexOf('\n');

    private ReadOnlySpan<char> Before => Source.Text.AsSpan(0, Math.Min(Span.Start, Source.Text.Length));

    /// <summary>The line in question with carets under the part; see <see cref="SourceExcerpt"/>.</summary>
    public string Excerpt(int maxWidth = SourceExcerpt.DefaultWidth) =>
        SourceExcerpt.Of(Source.Text, Span.Start, Span.End, maxWidth);

    /// <summary>The finding as one line: <c>spec.expr:1:17: message; fix (lint-id)</c>.</summary>
    public override string ToString() => $"{Field}:{Line}:{Column}: {Message}; {Fix} ({Id})";
}
