using System.Net;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Chaos.Running;

/// <summary>
/// Puts the kinds and the operator's account into a cluster. The operator has the chart's ClusterRole, and the right to
/// go through the API server to pods, as it runs outside.
/// </summary>
internal sealed class Installation(IKubernetesClient client)
{
    private const string Home = "binnacle-system";
    private const string Account = "binnacle-operator";

    /// <summary>How chaos writes.</summary>
    public static WriteOptions Write { get; } = new() { FieldManager = "chaos", Force = true };

    /// <summary>Installs everything and returns a token of the operator's account.</summary>
    public async Task<string> InstallAsync(CancellationToken cancellation)
    {
        await client.ApplyAsync(new Namespace { Metadata = new ObjectMeta { Name = Home } }, Write, cancellation);
        foreach (var file in Files("config/crd").Concat(Files("config/rbac")))
        {
            foreach (var parsed in Manifests.Parse(await File.ReadAllTextAsync(file, cancellation), file))
            {
                await client.ApplyAsync(parsed, Write, cancellation);
            }
        }

        foreach (var parsed in Manifests.Parse(PodProxy))
        {
            await client.ApplyAsync(parsed, Write, cancellation);
        }

        foreach (var type in Binnacle.Api.BinnacleResources.All)
        {
            await Retry.UntilAsync(
                token => IsServedAsync(type, token),
                TimeSpan.FromMinutes(1),
                $"{type.Plural} are not served",
                cancellation
            );
        }

        var answer = await client.CreateSubresourceAsync<ServiceAccount, TokenRequest>(
            new ObjectKey(Home, Account),
            "token",
            new TokenRequest { Spec = new TokenRequestSpec { ExpirationSeconds = 86400 } },
            cancellation
        );
        return answer.Status!.Token!;
    }

    /// <summary>Replaces the rules of the operator's ClusterRole by what a change makes of them.</summary>
    public async Task<Func<CancellationToken, Task>> ReviseAsync(
        Func<PolicyRule, PolicyRule?> change,
        CancellationToken cancellation
    )
    {
        var key = new ObjectKey("", Account);
        var role = await Retry.Async(token => client.GetAsync<ClusterRole>(key, token), cancellation);
        await SetAsync(role, [.. role.Rules!.Select(change).OfType<PolicyRule>()], cancellation);
        return token => SetAsync(role, role.Rules!, token);
    }

    private Task SetAsync(ClusterRole role, IReadOnlyList<PolicyRule> rules, CancellationToken cancellation) =>
        Retry.Async(
            token =>
                client.ReplaceAsync(
                    role with
                    {
                        Rules = rules,
                        Metadata = role.Metadata with { ResourceVersion = null },
                    },
                    Write,
                    token
                ),
            cancellation
        );

    private async Task<bool> IsServedAsync(ResourceType type, CancellationToken cancellation)
    {
        var path = new Uri($"apis/{type.ApiVersion}/{type.Plural}?limit=1", UriKind.Relative);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await client.SendAsync(request, cancellation);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.yaml").Order(StringComparer.Ordinal);

    private const string PodProxy = $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: binnacle-chaos-proxy}
        rules:
        - {apiGroups: [""], resources: [pods/proxy], verbs: [get, create]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: binnacle-chaos-proxy}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: binnacle-chaos-proxy}
        subjects:
        - {kind: ServiceAccount, name: {{Account}}, namespace: {{Home}}}
        """;
}
