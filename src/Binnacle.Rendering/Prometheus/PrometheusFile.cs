using System.Text;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Yaml;

namespace Binnacle.Rendering.Prometheus;

/// <summary>prometheus.yml as text.</summary>
/// <param name="Yaml">The text.</param>
/// <param name="Hash">Its identity, which it carries in the marker of <c>rule_files</c>.</param>
/// <param name="Left">Entries for which there was no room.</param>
internal sealed record PrometheusFile(string Yaml, string Hash, IReadOnlyList<ScrapeEntry> Left)
{
    private const string RuleFiles = "rules-*.yaml";

    /// <summary>
    /// Writes it, each entry once. What the API server would refuse is never written: entries are taken in the order
    /// given for as long as there is room.
    /// </summary>
    public static PrometheusFile Write(PrometheusConfig head, IEnumerable<ScrapeEntry> entries)
    {
        var room = ObjectNames.MaxContentBytes - Encoding.UTF8.GetByteCount(Head(head, "0123456789abcdef"));
        var scrapes = new StringBuilder();
        var left = new List<ScrapeEntry>();
        foreach (var entry in entries)
        {
            // A list of one is what the same entry is in the list of all.
            var yaml = YamlWriter.Serialize([entry.Config], PrometheusJsonContext.Default.ScrapeConfigArray);
            var bytes = Encoding.UTF8.GetByteCount(yaml);
            if (left.Count > 0 || bytes > room)
            {
                left.Add(entry);
                continue;
            }

            room -= bytes;
            scrapes.Append(yaml);
        }

        if (scrapes.Length > 0)
        {
            scrapes.Insert(0, "scrape_configs:\n");
        }

        var hash = StableHash.Hex($"{Head(head, marker: null)}{scrapes}");
        return new PrometheusFile($"{Head(head, hash)}{scrapes}", hash, left);
    }

    private static string Head(PrometheusConfig head, string? marker) =>
        YamlWriter.Serialize(
            head with
            {
                RuleFiles = marker is null ? [RuleFiles] : [RuleFiles, ConfigIdentity.RuleFilesMarker(marker)],
            },
            PrometheusJsonContext.Default.PrometheusConfig
        );
}
