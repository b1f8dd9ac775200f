namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Where a regular expression stands, which decides what is put around it and hence what it matches. All of them are
/// Go's <c>regexp</c> with Perl's extensions (https://pkg.go.dev/regexp/syntax).
/// </summary>
public enum Re2Use
{
    /// <summary>
    /// A matcher of PromQL in Prometheus 3 (<c>=~</c>, <c>!~</c>): the whole value, <c>.</c> matches line feeds too.
    /// </summary>
    Matcher,

    /// <summary>
    /// A relabelling step or <c>label_replace</c> in Prometheus 3: as <see cref="Matcher"/>, but only the text
    /// <c>^(?s:…)$</c> around it is read, so that an open <c>\Q</c> swallows its end.
    /// </summary>
    Relabeling,

    /// <summary>
    /// <c>^(?:…)$</c>: matchers of Alertmanager, everything in Prometheus 2. The whole value, <c>.</c> stops at line feeds.
    /// </summary>
    WholeText,

    /// <summary>The expression alone, found anywhere in the text: the blackbox exporter.</summary>
    Search,
}
