using System.Text.RegularExpressions;
using Binnacle.Rendering.Common;
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

        // As the kubelet merges them: of two sources with the same file the later wins.
        var files = new Dictionary<string, string>();
        foreach (var (file, text) in Mounted(state).SelectMany(map => map.Data!))
        {
            files[file] = text;
            await folder.WriteAsync(file, text);
        }

        var yaml = files["prometheus.yml"].Replace("/etc/prometheus/secrets", folder.Path);
        var version = await RealProgram.RunAsync(promtool, "--version");
        if (VersionBefore311().IsMatch(version))
        {
            // Known from 3.11 on only.
            yaml = RetentionBlock().Replace(yaml, "");
        }

        var path = await folder.WriteAsync("prometheus.yml", yaml);
        var output = await RealProgram.RunAsync(promtool, "check", "config", "--lint=none", path);
        Regex.Count(output, "rules found").ShouldBe(ObjectNames.RuleShards, output);
        files.Values.Sum(text => Regex.Count(text, "- (alert|record):")).ShouldBe(state.Rules.Rules.Count);
    }

    private static IEnumerable<ConfigMap> Mounted(DesiredState state) =>
        state
            .PrometheusSources()
            .Select(name => state.Objects.OfType<ConfigMap>().SingleOrDefault(map => map.Metadata.Name == name))
            .OfType<ConfigMap>();

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
