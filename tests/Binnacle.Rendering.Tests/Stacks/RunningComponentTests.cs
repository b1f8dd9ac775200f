using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>How running components tell which configuration they have loaded: the real ones are asked.</summary>
public sealed partial class RunningComponentTests
{
    [Fact]
    public async Task Prometheus_reports_the_marker()
    {
        var prometheus = RealProgram.Require("prometheus");
        var state = new StackRenderer().Render(StackCase.Read("minimal"));
        var port = RealProgram.FreePort();
        using var folder = new TemporaryFolder();
        var config = await folder.WriteAsync("prometheus.yml", WithoutDiscovery(state.TextOf("prometheus.yml")!));
        await RealProgram.WhileRunningAsync(
            prometheus,
            [
                $"--config.file={config}",
                $"--storage.tsdb.path={Path.Combine(folder.Path, "data")}",
                $"--web.listen-address=127.0.0.1:{port}",
            ],
            async token =>
            {
                var answer = await RealProgram.PollAsync(new($"http://127.0.0.1:{port}/api/v1/status/config"), token);
                using var json = JsonDocument.Parse(answer);
                var reported = json.RootElement.GetProperty("data").GetProperty("yaml").GetString()!;
                ConfigIdentity
                    .FindMarker(reported)
                    .ShouldBe(state.Components.Single(plan => plan.Engine == "Prometheus").ConfigHash, reported);
            }
        );
    }

    [Fact]
    public async Task Alertmanager_reports_the_hash_of_its_file()
    {
        var alertmanager = RealProgram.Require("alertmanager");
        var yaml = new StackRenderer().Render(StackCase.Read("minimal")).TextOf("alertmanager.yml")!;
        var port = RealProgram.FreePort();
        using var folder = new TemporaryFolder();
        var config = await folder.WriteAsync("alertmanager.yml", yaml);
        var (program, before) = WithTemplates(alertmanager);
        await RealProgram.WhileRunningAsync(
            program,
            [
                .. before,
                $"--config.file={config}",
                $"--storage.path={Path.Combine(folder.Path, "data")}",
                $"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            async token =>
            {
                var metrics = await RealProgram.PollAsync(new($"http://127.0.0.1:{port}/metrics"), token);
                var reported = double.Parse(HashMetric().Match(metrics).Groups[1].Value, CultureInfo.InvariantCulture);
                reported.ToString("F0", CultureInfo.InvariantCulture).ShouldBe(StableHash.AlertmanagerConfig(yaml));
            }
        );
    }

    [Fact]
    public async Task Blackbox_exporter_lists_its_modules()
    {
        var exporter = RealProgram.Require("blackbox_exporter");
        var state = new StackRenderer().Render(StackCase.Read("everything"));
        var yaml = state.TextOf("blackbox.yml")!;
        var port = RealProgram.FreePort();
        using var folder = new TemporaryFolder();
        var config = await folder.WriteAsync("blackbox.yml", yaml);
        await RealProgram.WhileRunningAsync(
            exporter,
            [$"--config.file={config}", $"--web.listen-address=127.0.0.1:{port}"],
            async token =>
            {
                var reported = await RealProgram.PollAsync(new($"http://127.0.0.1:{port}/config"), token);
                var names = ModuleName().Matches(reported).Select(match => match.Groups[1].Value).ToList();
                names.Count.ShouldBe(8);
                ConfigIdentity
                    .OfModules(names)
                    .ShouldBe(state.Components.Single(plan => plan.Engine == "Blackbox").ConfigHash, reported);
            }
        );
    }

    /// <summary>There is no API server to discover Alertmanager with.</summary>
    private static string WithoutDiscovery(string yaml) => AlertingBlock().Replace(yaml, "");

    /// <summary>
    /// Debian's Alertmanager reads its templates by an absolute path. Where only the unpacked package has them, they are
    /// laid over that path in a mount namespace of its own.
    /// </summary>
    private static (string Program, string[] Before) WithTemplates(string alertmanager)
    {
        const string path = "/usr/share/prometheus/alertmanager/default.tmpl";
        var real = File.ResolveLinkTarget(alertmanager, returnFinalTarget: true)?.FullName ?? alertmanager;
        var share = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(real)!, "..", "share"));
        if (File.Exists(path) || !File.Exists(Path.Combine(share, "prometheus", "alertmanager", "default.tmpl")))
        {
            return (alertmanager, []);
        }

        Assert.SkipUnless(Environment.IsPrivilegedProcess, $"{path} is missing, and only root can lay it over");
        var script = $"mount -t overlay overlay -o lowerdir={share}:/usr/share /usr/share && exec \"$0\" \"$@\"";
        return ("unshare", ["--mount", "sh", "-c", script, real]);
    }

    [GeneratedRegex(@"^alerting:\n(  .*\n)+", RegexOptions.Multiline)]
    private static partial Regex AlertingBlock();

    [GeneratedRegex(@"^alertmanager_config_hash (\S+)$", RegexOptions.Multiline)]
    private static partial Regex HashMetric();

    [GeneratedRegex(@"^ +((?:http|tcp|icmp|dns|grpc)-[0-9a-f]{16}):$", RegexOptions.Multiline)]
    private static partial Regex ModuleName();
}
