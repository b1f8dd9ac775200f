using System.Text;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Printing;

/// <summary>
/// Texts of trees. What is printed parses to the same tree, apart from the order of matchers (they are sorted) and from
/// spellings that mean the same (<c>by ()</c>, <c>offset 0s</c>, <c>0x10</c>, <c>[300]</c>).
/// </summary>
public static class PromQlPrinter
{
    /// <summary>How long a line of <see cref="Pretty"/> may grow before it is broken (UTF-8 bytes), as in Prometheus.</summary>
    public const int LineWidth = 100;

    /// <summary>The expression on one line, as Prometheus prints it (in <c>/api/v1/rules</c>, for one).</summary>
    public static string Print(Expression root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var text = new StringBuilder();
        new ExpressionWriter(text).Write(root);
        return text.ToString();
    }

    /// <summary>The expression broken into indented lines, as <c>promtool promql format</c> and Prometheus's page do.</summary>
    public static string Pretty(Expression root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var writer = new PrettyWriter();
        writer.Write(root, 0);
        return writer.ToString();
    }

    internal static string Canonical(Expression root)
    {
        var text = new StringBuilder();
        new ExpressionWriter(text, canonical: true).Write(root);
        return text.ToString();
    }
}
