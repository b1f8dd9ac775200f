using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>The API server that <c>BINNACLE_TEST_KUBECONFIG</c> names accepts every object; nothing is kept of it.</summary>
public sealed class ApiServerTests
{
    [Theory]
    [InlineData("minimal")]
    [InlineData("quickstart")]
    [InlineData("everything")]
    [InlineData("no-endpointslices")]
    public async Task Accepts_every_object(string name)
    {
        var kubeconfig = Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
        Assert.SkipWhen(string.IsNullOrEmpty(kubeconfig), "BINNACLE_TEST_KUBECONFIG names no kubeconfig");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var client = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig!));
        var home = $"rendering-{Guid.NewGuid():N}"[..20];
        await client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = home } },
            new WriteOptions(),
            limit.Token
        );
        try
        {
            foreach (var o in new StackRenderer().Render(StackCase.Read(name)).Objects)
            {
                if (await client.DiscoverAsync(o.ApiVersion, o.Kind, limit.Token) is null)
                {
                    // The operator renders for what the server has: see ClusterFacts.
                    o.Kind.ShouldBe("PodDisruptionBudget");
                    continue;
                }

                var moved = o with { Metadata = o.Metadata with { Namespace = home } };
                await client.ApplyAsync(
                    moved,
                    new WriteOptions { FieldManager = "rendering-test", DryRun = true },
                    limit.Token
                );
            }
        }
        finally
        {
            await client.DeleteAsync<Namespace>(new ObjectKey("", home), new DeleteRequest(), CancellationToken.None);
        }
    }
}
