using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Binnacle.PromQL;
using Testing;

namespace PromQlDifferential.Judging;

/// <summary>The real promtool, the judge of all the expressions here.</summary>
internal sealed partial class PromtoolJudge(string path)
{
    // Generous: other work may share the machine.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>The promtool at that place or, where none is named, of <c>.tools</c> or PATH; null where there is none.</summary>
    public static PromtoolJudge? Find(string path = "") =>
        path.Length == 0
            ? Tools.Find("promtool") is { } found
                ? new PromtoolJudge(found)
                : null
            : File.Exists(path)
                ? new PromtoolJudge(path)
                : null;

    /// <summary>The language of that promtool, without flags or with all those that it says it knows.</summary>
    public async Task<PromQlOptions> LanguageAsync(bool flags, CancellationToken cancellation)
    {
        var plain = new PromQlOptions { PrometheusVersion = await VersionAsync(cancellation) };
        return flags ? FeatureFlags.Enable(plain, (await RunAsync(["--help"], cancellation)).Output) : plain;
    }

    private async Task<Version> VersionAsync(CancellationToken cancellation)
    {
        var (_, output) = await RunAsync(["--version"], cancellation);
        return ProgramVersion.Read(output);
    }

    /// <summary>Which of the expressions Prometheus refuses in a rule file, with its words; one process for all of them.</summary>
    public async Task<IReadOnlyDictionary<int, string>> RefusalsAsync(
        IReadOnlyList<string> expressions,
        PromQlOptions language,
        CancellationToken cancellation
    )
    {
        var file = await WriteAsync(expressions, cancellation);
        try
        {
            string[] features = [.. FeatureFlags.Of(language)];
            string[] option = features.Length > 0 ? [$"--enable-feature={string.Join(',', features)}"] : [];
            var (_, output) = await RunAsync([.. option, "check", "rules", "--lint=none", file], cancellation);
            if (output.Contains(": yaml: ", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"promtool could not read the rule file: {output}");
            }

            return Refusal()
                .Matches(output)
                .ToDictionary(match => Number(match.Groups[1]), match => match.Groups[2].Value);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; } = path;

    /// <summary>Writes a rule file with these expressions into the folder for temporary files.</summary>
    public static async Task<string> WriteAsync(IReadOnlyList<string> expressions, CancellationToken cancellation)
    {
        var file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"promql-{Guid.NewGuid():N}.yaml");
        var text = new StringBuilder("groups:\n- name: g\n  rules:\n");
        for (var i = 0; i < expressions.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - record: \"r:{i}\"\n    expr: \"");
            AppendEscaped(text, expressions[i]);
            text.Append("\"\n");
        }

        await File.WriteAllTextAsync(file, text.ToString(), cancellation);
        return file;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static void AppendEscaped(StringBuilder text, string expression)
    {
        foreach (var rune in expression.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~' and not ('"' or '\\'))
            {
                text.Append((char)rune.Value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            }
        }
    }

    private Task<(int ExitCode, string Output)> RunAsync(
        IEnumerable<string> arguments,
        CancellationToken cancellation
    ) => PromtoolProcess.RunAsync(Path, arguments, Timeout, cancellation);

    [GeneratedRegex("""group "g", rule \d+, "r:(\d+)": (.*)""")]
    private static partial Regex Refusal();
}
