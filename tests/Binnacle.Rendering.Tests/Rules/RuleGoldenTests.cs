using System.Diagnostics;
using System.Text;
using Binnacle.Rendering.Rules;
using Testing;

namespace Binnacle.Rendering.Tests.Rules;

public sealed class RuleGoldenTests
{
    private static readonly string Assets = GoldenFile.Folder(
        "tests",
        "Binnacle.Rendering.Tests",
        "Rules",
        "testassets"
    );

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Assets).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_as_committed(string name)
    {
        var render = Render(name);
        var text = new StringBuilder();
        foreach (var shard in render.Shards)
        {
            text.Append($"# ConfigMap {shard.Key}\n")
                .AppendJoin('\n', shard.Data!.Select(f => $"# {f.Key}\n{f.Value}"));
        }

        foreach (var problem in render.Problems)
        {
            text.Append(
                $"# {(problem.IsError ? "error" : "warning")} {problem.Resource} {problem.Reason}: {problem.Message.ReplaceLineEndings("\n# ")}\n"
            );
        }

        GoldenFile.Verify(Path.Combine(Assets, name, "expected.yaml"), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Is_loaded_by_Prometheus(string name)
    {
        var promtool = Tools.Find("promtool");
        Assert.SkipWhen(promtool is null, "promtool is neither in .tools/bin nor on PATH (make tools brings it)");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var folder = Directory.CreateTempSubdirectory("rules-");
        try
        {
            foreach (var (file, text) in Render(name).Shards.SelectMany(shard => shard.Data!))
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, file),
                    text,
                    TestContext.Current.CancellationToken
                );
            }

            using var process = Process.Start(
                new ProcessStartInfo(promtool!, ["check", "rules", .. Directory.GetFiles(folder.FullName)])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, await output + await error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Awkward text comes back out of the file as it was.</summary>
    [Fact]
    public void Keeps_every_character_of_text()
    {
        var snapshot = RuleCases.Read(File.ReadAllText(Path.Combine(Assets, "text", "input.yaml")));
        var render = RuleRenderer.Render(snapshot, new RuleShardCache());
        var rule = YamlDocuments.Read(render.Shards.Single().Data!.Values.Single()).Single()!["groups"]![0]!["rules"]![
            0
        ]!;
        var spec = snapshot.AlertRules[0].Spec;
        ((string?)rule["alert"]).ShouldBe(spec.Alert);
        ((string?)rule["expr"]).ShouldBe(spec.Expr.Trim());
        ((string?)rule["annotations"]!["summary"]).ShouldBe(spec.Summary);
        ((string?)rule["annotations"]!["description"]).ShouldBe(spec.Description);
        foreach (var (name, value) in spec.Annotations)
        {
            ((string?)rule["annotations"]![name]).ShouldBe(value);
        }

        foreach (var (name, value) in spec.Labels)
        {
            ((string?)rule["labels"]![name]).ShouldBe(value);
        }
    }

    private static RuleRender Render(string name) =>
        RuleRenderer.Render(
            RuleCases.Read(File.ReadAllText(Path.Combine(Assets, name, "input.yaml"))),
            new RuleShardCache()
        );
}
