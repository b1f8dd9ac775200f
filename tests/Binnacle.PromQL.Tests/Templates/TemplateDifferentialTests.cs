using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

/// <summary>
/// What loads and what does not, by promtool's word. BINNACLE_TEMPLATES sets how many templates are made up (default
/// 5,000); BINNACLE_TEMPLATE_CORPUS names a folder of *.jsonl files with a template to a line, a JSON string, which are tried as well.
/// </summary>
public sealed class TemplateDifferentialTests
{
    [Fact]
    [Trait("Guarantee", "T1")]
    public async Task Loads_and_refuses_what_Prometheus_does()
    {
        var templates = TemplateTables
            .Accepted.Concat(TemplateTables.Refused.Select(row => row.Template))
            .Concat(Known())
            .Concat(Made(int.Parse(Environment.GetEnvironmentVariable("BINNACLE_TEMPLATES") ?? "5000")));
        await CompareAsync([.. templates.Distinct()]);
    }

    private static async Task CompareAsync(string[] templates)
    {
        var promtool = Promtool.OrSkip();
        var dialect = TemplateDialect.Prometheus(await promtool.VersionAsync());
        var accepted = new List<string>();
        var refused = new List<string>();
        var bad = 0;
        foreach (var chunk in templates.Chunk(5000))
        {
            var theirs = await promtool.TemplateRefusalsAsync(chunk);
            bad += theirs.Count;
            for (var i = 0; i < chunk.Length; i++)
            {
                var ours = AlertTemplate.Parse(chunk[i], dialect).Errors;
                if (theirs.TryGetValue(i, out var words) && ours.Count == 0)
                {
                    accepted.Add($"{Json(chunk[i])}: {words}");
                }
                else if (words is null && ours.Count > 0)
                {
                    refused.Add($"{Json(chunk[i])}: {ours[0]}");
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            "{0} templates, {1} refused by promtool, {2} accepted here only, {3} refused here only",
            templates.Length,
            bad,
            accepted.Count,
            refused.Count
        );
        accepted.ShouldBeEmpty();
        refused.ShouldBeEmpty();
        bad.ShouldBeGreaterThan(0);
        bad.ShouldBeLessThan(templates.Length);
    }

    private static IEnumerable<string> Known() =>
        Environment.GetEnvironmentVariable("BINNACLE_TEMPLATE_CORPUS") is { Length: > 0 } folder
            ? Directory
                .EnumerateFiles(folder, "*.jsonl")
                .Order(StringComparer.Ordinal)
                .SelectMany(File.ReadLines)
                .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetString()!)
            : [];

    private static IEnumerable<string> Made(int count)
    {
        var generator = new TemplateGenerator(20_261_122);
        var all = TemplateTables.Accepted.Concat(TemplateTables.Refused.Select(row => row.Template)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var template = i % 4 == 0 ? all[i / 4 % all.Length] : generator.Template();
            yield return i % 2 == 0 ? generator.Spoiled(template) : template;
        }
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
