using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>
/// The lints that a resource's author has judged and does not want to hear of again: the annotation
/// <c>binnacle.dev/lint-ignore: id,id: reason</c>, one such line per reason.
/// </summary>
public sealed class LintSilences
{
    /// <summary>The annotation's name.</summary>
    public const string Annotation = "binnacle.dev/lint-ignore";

    /// <summary>Id of the findings about silences, which cannot be silenced.</summary>
    public const string Id = "lint-ignore";

    /// <summary>No silence.</summary>
    public static readonly LintSilences None = new(new LintSource("", ""), []);

    private readonly LintSource _source;
    private readonly IReadOnlyList<Entry> _entries;

    private LintSilences(LintSource source, IReadOnlyList<Entry> entries)
    {
        _source = source;
        _entries = entries;
    }

    /// <summary>The ids that are silenced, known or not.</summary>
    public IEnumerable<string> Ids => _entries.Select(entry => entry.Id);

    /// <summary>Reads the annotation; null or empty text is no silence.</summary>
    public static LintSilences Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        var entries = new List<Entry>();
        var start = 0;
        foreach (var line in text.Split('\n'))
        {
            Read(line, start, entries);
            start += line.Length + 1;
        }

        return new LintSilences(new LintSource($"metadata.annotations[{Annotation}]", text), entries);
    }

    /// <summary>The findings that no silence names, and the silences that are wrong themselves.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="judgedElsewhere">Lints that were not asked here: a silence of one may well silence something.</param>
    public IReadOnlyList<LintFinding> Apply(
        IReadOnlyList<LintFinding> findings,
        IReadOnlyCollection<string>? judgedElsewhere = null
    )
    {
        if (_entries.Count == 0)
        {
            return findings;
        }

        var heard = findings.Where(finding => !Ids.Contains(finding.Id)).ToList();
        foreach (var entry in _entries)
        {
            var fault =
                LintCatalog.Find(entry.Id) is null
                    ? ($"there is no lint \"{entry.Id}\"", "write one of the ids in docs/lints")
                : findings.All(finding => finding.Id != entry.Id) && judgedElsewhere?.Contains(entry.Id) != true
                    ? ($"\"{entry.Id}\" silences nothing", "remove it")
                : !entry.HasReason
                    ? ($"\"{entry.Id}\" is silenced without a reason", $"write it behind a colon: {entry.Id}: why")
                : ("", "");
            if (fault.Item1.Length > 0)
            {
                heard.Add(new LintFinding(Id, LintSeverity.Info, _source, entry.Span, fault.Item1, fault.Item2));
            }
        }

        return heard;
    }

    private static void Read(string line, int start, List<Entry> entries)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var ids = colon < 0 ? line : line[..colon];
        var hasReason = colon >= 0 && !string.IsNullOrWhiteSpace(line[(colon + 1)..]);
        var position = 0;
        foreach (var part in ids.Split(','))
        {
            var id = part.Trim();
            if (id.Length > 0)
            {
                var at = start + position + part.IndexOf(id, StringComparison.Ordinal);
                entries.Add(new Entry(id, new TextSpan(at, at + id.Length), hasReason));
            }

            position += part.Length + 1;
        }
    }

    private sealed record Entry(string Id, TextSpan Span, bool HasReason);
}
