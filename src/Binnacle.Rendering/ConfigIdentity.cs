using Binnacle.Rendering.Common;

namespace Binnacle.Rendering;

/// <summary>
/// How a configuration is recognised in what a running component reports. A comment or an extra label would not do:
/// components print their configuration anew, and a label would reach the users' notifications.
/// </summary>
public static class ConfigIdentity
{
    private const string MarkerStart = "config-";
    private const string MarkerEnd = "-*.none";

    /// <summary>
    /// An entry for <c>rule_files</c> that carries a hash: a pattern that matches no file, so it changes nothing, and
    /// that Prometheus reports under <c>/api/v1/status/config</c>.
    /// </summary>
    public static string RuleFilesMarker(string hash) => $"{MarkerStart}{hash}{MarkerEnd}";

    /// <summary>The hash in the marker of a reported configuration; null when there is none.</summary>
    public static string? FindMarker(string reportedConfig)
    {
        var end = reportedConfig.IndexOf(MarkerEnd, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var start = reportedConfig.LastIndexOf(MarkerStart, end, StringComparison.Ordinal);
        return start < 0 ? null : reportedConfig[(start + MarkerStart.Length)..end];
    }

    /// <summary>One hash over the names of blackbox modules, which are content hashes themselves.</summary>
    public static string OfModules(IEnumerable<string> names) =>
        StableHash.Hex(string.Join('\n', names.Order(StringComparer.Ordinal)));
}
