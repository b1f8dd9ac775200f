using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Binnacle.Operator.Components;

/// <summary>What the operator asks of a blackbox exporter.</summary>
internal sealed class BlackboxApi(IComponentTransport transport)
{
    /// <summary>Names of the modules in force, from <c>/config</c>, sorted.</summary>
    public async Task<IReadOnlyList<string>> LoadedModulesAsync(Replica replica, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, "/config", cancellationToken);
        answer.EnsureSuccessStatusCode();
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(await answer.Content.ReadAsStringAsync(cancellationToken)));
        }
        catch (Exception nonsense) when (nonsense is YamlException or InvalidOperationException)
        {
            throw new HttpRequestException($"{replica.Pod} answered no YAML to /config", nonsense);
        }

        return
            yaml.Documents is [{ RootNode: YamlMappingNode root }]
            && root.Children.TryGetValue("modules", out var node)
            && node is YamlMappingNode modules
            ? [.. modules.Children.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>The version that runs; null when the exporter does not tell.</summary>
    public async Task<string?> VersionAsync(Replica replica, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, "/metrics", cancellationToken);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return MetricsText.Label(text, "blackbox_exporter_build_info", "version");
    }

    /// <summary>Makes the exporter read its file again.</summary>
    /// <exception cref="ComponentRefusedException">It refused the file and goes on with what it had.</exception>
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        ReloadCall.SendAsync(transport, replica, cancellationToken);
}
