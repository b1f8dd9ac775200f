using Chaos.Running;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Chaos.Drills;

/// <summary>The namespace of the stack may have no more ConfigMaps than it has, and then it may again.</summary>
internal sealed class QuotaDrill : IDrill
{
    private const int Fillers = 3;

    /// <summary>More than changes meanwhile may make room for.</summary>
    private const int Dashboards = 8;

    /// <inheritdoc />
    public string Name => "quota";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        var home = context.Workload.Home;
        var used = (await context.Client.ListAsync<ConfigMap>(new ListRequest { Namespace = home }, cancellation))
            .Items
            .Count;
        await ApplyAsync(
            context,
            $$$"""
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: full, namespace: {{{home}}}}
            spec: {hard: {count/configmaps: "{{{used + Fillers}}}"}}
            """,
            cancellation
        );
        var refused = 0;
        try
        {
            await Retry.UntilAsync(
                token => IsCountedAsync(context, home, token),
                TimeSpan.FromMinutes(1),
                "the quota is not counted",
                cancellation
            );
            for (var i = 0; i < Fillers; i++)
            {
                try
                {
                    await ApplyAsync(
                        context,
                        $"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: filler-{i}, namespace: {home}}}}}",
                        cancellation
                    );
                }
                catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Forbidden)
                {
                    // The operator was faster.
                }
            }

            var before = context.Gate.Writes.Count;
            for (var i = 0; i < Dashboards; i++)
            {
                var wish = context.Workload.OneMore(i);
                await context.Client.ApplyAsync(wish.Manifest, Installation.Write, cancellation);
            }

            await Task.Delay(context.Options.Lack, cancellation);
            refused = context
                .Gate.Writes.Skip(before)
                .Count(write => write.Status == 403 && write.Path.Contains("/configmaps/", StringComparison.Ordinal));
        }
        finally
        {
            await DeleteAsync(context, "v1", "ResourceQuota", new ObjectKey(home, "full"));
            for (var i = 0; i < Fillers; i++)
            {
                await DeleteAsync(context, "v1", "ConfigMap", new ObjectKey(home, $"filler-{i}"));
            }

            for (var i = 0; i < Dashboards; i++)
            {
                var wish = context.Workload.OneMore(i);
                await DeleteAsync(context, wish.Manifest.ApiVersion, wish.Kind, wish.Key);
            }
        }

        if (refused == 0)
        {
            throw new InvalidOperationException("no write was refused: the quota did not bind");
        }

        return $"ConfigMap quota full for {context.Options.Lack.TotalSeconds:0} s, {refused} writes refused";
    }

    private static async Task<bool> IsCountedAsync(DrillContext context, string home, CancellationToken cancellation)
    {
        var path = new Uri($"api/v1/namespaces/{home}/resourcequotas/full", UriKind.Relative);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await context.Client.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return System.Text.Json.Nodes.JsonNode.Parse(text)?["status"]?["used"]?["count/configmaps"] is not null;
    }

    private static async Task ApplyAsync(DrillContext context, string yaml, CancellationToken cancellation)
    {
        foreach (var parsed in Manifests.Parse(yaml))
        {
            await context.Client.ApplyAsync(parsed, Installation.Write, cancellation);
        }
    }

    private static async Task DeleteAsync(DrillContext context, string version, string kind, ObjectKey key)
    {
        if (await context.Client.DiscoverAsync(version, kind, CancellationToken.None) is { } type)
        {
            await context.Client.DeleteAsync(type, key, new DeleteRequest(), CancellationToken.None);
        }
    }
}
