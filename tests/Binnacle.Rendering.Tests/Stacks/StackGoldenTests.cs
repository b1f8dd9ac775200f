using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Rendering.Yaml;
using Kubernetes.Models;
using Testing;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>What each case renders, one file per object. Contents of Secrets are not written down.</summary>
public sealed class StackGoldenTests
{
    public static TheoryData<string> Cases => [.. StackCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_as_committed(string name)
    {
        var state = new StackRenderer().Render(StackCase.Read(name));
        var folder = Path.Combine(StackCase.Folder, name, "expected");
        var files = state.Objects.ToDictionary(FileName, Text, StringComparer.Ordinal);
        files["summary.txt"] = Summary(state);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var (file, text) in files)
        {
            GoldenFile.Verify(Path.Combine(folder, file), text);
        }

        Directory
            .GetFiles(folder)
            .Select(file => Path.GetFileName(file)!)
            .Where(file => !file.Contains(".received", StringComparison.Ordinal))
            .ShouldBe(files.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Puts_no_secret_into_a_ConfigMap_or_a_message(string name)
    {
        var snapshot = StackCase.Read(name);
        var state = new StackRenderer().Render(snapshot);
        var secrets = References
            .Secrets(snapshot.Stack, snapshot.ScrapeTargets, snapshot.HealthProbes)
            .Select(snapshot.References.Secret)
            .OfType<byte[]>()
            .Select(Encoding.UTF8.GetString)
            // The login of the mail server stands in alertmanager.yml, which is a Secret itself.
            .Where(text => text.StartsWith("fake-", StringComparison.Ordinal) || text.Contains("//fake-"));
        var open = state
            .Objects.Where(o => o is not Secret)
            .Select(o => Encoding.UTF8.GetString(o.ToUtf8Json()))
            .Concat(state.Problems.Select(problem => problem.Message))
            .Append(state.TextOf("alertmanager.yml") ?? "")
            .ToList();
        foreach (var secret in secrets)
        {
            open.ShouldAllBe(text => !text.Contains(secret));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_second_render_gives_the_same_instances(string name)
    {
        var renderer = new StackRenderer();
        var snapshot = StackCase.Read(name);
        var first = renderer.Render(snapshot);
        var second = renderer.Render(snapshot with { AlertRules = [.. snapshot.AlertRules] });
        second.Objects.Count.ShouldBe(first.Objects.Count);
        foreach (var (before, after) in first.Objects.Zip(second.Objects))
        {
            after.ShouldBeSameAs(before);
        }
    }

    private static string FileName(KubernetesObject o) =>
        $"{o.Kind.ToLowerInvariant()}.{(o.Key.Namespace is "monitoring" or "" ? "" : o.Key.Namespace + ".")}{o.Key.Name}.yaml";

    private static string Text(KubernetesObject o)
    {
        var json = JsonNode.Parse(o.ToUtf8Json())!.AsObject();
        if (o is Secret { Data: { } data })
        {
            json["data"] = new JsonObject(
                data.Select(entry =>
                    KeyValuePair.Create(
                        entry.Key,
                        (JsonNode?)
                            JsonValue.Create(
                                entry.Key == "alertmanager.yml"
                                    ? Encoding.UTF8.GetString(entry.Value)
                                    : string.Create(CultureInfo.InvariantCulture, $"<{entry.Value.Length} bytes>")
                            )
                    )
                )
            );
        }

        return YamlWriter.Serialize(JsonSerializer.SerializeToElement(json));
    }

    private static string Summary(DesiredState state)
    {
        var text = new StringBuilder();
        foreach (var plan in state.Components)
        {
            text.Append(CultureInfo.InvariantCulture, $"component {plan}\n");
        }

        foreach (var (pool, source) in state.ScrapePools)
        {
            text.Append(CultureInfo.InvariantCulture, $"pool {pool} of {source}\n");
        }

        foreach (var (rule, plan) in state.Notifications.OrderBy(entry => entry.Key))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{rule} tells {string.Join(", ", plan.Channels)} by {plan.Route}\n"
            );
        }

        foreach (var (key, board) in state.Dashboards)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key} is {board}\n");
        }

        foreach (var problem in state.Problems)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(problem.IsError ? "error" : "warning")} {problem.Resource} {problem.Reason}: {problem.Message}\n"
            );
        }

        return text.ToString();
    }
}
