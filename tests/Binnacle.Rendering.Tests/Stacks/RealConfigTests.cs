using System.Text.RegularExpressions;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>The components' own checkers accept what is rendered.</summary>
public sealed partial class RealConfigTests
{
    public static TheoryData<string> Cases => [.. StackCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Prometheus_accepts_its_configuration(string name)
    {
        var promtool = RealProgram.Require("promtool");
        var state = new StackRenderer().Render(StackCase.Read(name));
        using var folder = new TemporaryFolder();
        foreach (var (file, bytes) in state.Credentials("prometheus"))
        {
            await folder.WriteAsync(file, Convert.ToBase64String(bytes));
        }

        foreach (var (file, text) in state.Objects.OfType<ConfigMap>().SelectMany(map => map.Data!))
        {
            await folder.WriteAsync(file, text);
        }

        var yaml = state.TextOf("prometheus.yml")!.Replace("/etc/prometheus/secrets", folder.Path);
        var version = await RealProgram.RunAsync(promtool, "--version");
        if (VersionBefore311().IsMatch(version))
        {
            // Known from 3.11 on only.
            yaml = RetentionBlock().Replace(yaml, "");
        }

        var path = await folder.WriteAsync("prometheus.yml", yaml);
        var output = await RealProgram.RunAsync(promtool, "check", "config", "--lint=none", path);
        var shards = state.Objects.OfType<ConfigMap>().Count(map => map.Data!.Keys.Any(k => k.StartsWith("rules-")));
        Regex.Count(output, "rules found").ShouldBe(shards, output);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Alertmanager_accepts_its_configuration(string name)
    {
        var state = new StackRenderer().Render(StackCase.Read(name));
        Assert.SkipWhen(state.TextOf("alertmanager.yml") is null, "alerting is turned off in this case");
        var amtool = RealProgram.Require("amtool");
        using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("alertmanager.yml", state.TextOf("alertmanager.yml")!);
        (await RealProgram.RunAsync(amtool, "check-config", path)).ShouldContain("SUCCESS");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Blackbox_exporter_accepts_its_configuration(string name)
    {
        var state = new StackRenderer().Render(StackCase.Read(name));
        Assert.SkipWhen(state.TextOf("blackbox.yml") is null, "probes are turned off in this case");
        var exporter = RealProgram.Require("blackbox_exporter");
        using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("blackbox.yml", state.TextOf("blackbox.yml")!);
        await RealProgram.RunAsync(exporter, $"--config.file={path}", "--config.check");
    }

    [GeneratedRegex(@"version (2\.|3\.(\d|10)\.)")]
    private static partial Regex VersionBefore311();

    [GeneratedRegex(@"^    retention:\n(      .*\n)+", RegexOptions.Multiline)]
    private static partial Regex RetentionBlock();
}
