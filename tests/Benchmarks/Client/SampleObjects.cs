using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Benchmarks.Client;

/// <summary>Custom resources of 2 kB each (as JSON, managedFields and all), in 20 namespaces.</summary>
internal sealed class SampleObjects(KubernetesClient client, int count)
{
    /// <summary>All objects of the benchmark, and nothing else, have this label.</summary>
    public const string Selector = "bench=client";

    /// <summary>Where the objects are served, in all namespaces.</summary>
    public const string Collection = "/apis/binnacle.dev/v1alpha1/alertrules";

    private const int Namespaces = 20;
    private static readonly WriteOptions Write = new() { FieldManager = "bench", Force = true };

    /// <summary>The API path of one object.</summary>
    public static string PathOf(ObjectKey key) =>
        $"/apis/binnacle.dev/v1alpha1/namespaces/{key.Namespace}/alertrules/{key.Name}";

    /// <summary>The object of a number; its content depends on <paramref name="change"/>.</summary>
    public static AlertRule Make(int index, int change) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = $"rule-{index}",
                Namespace = $"bench-client-{index % Namespaces}",
                Labels = new Dictionary<string, string>
                {
                    ["bench"] = "client",
                    ["app.kubernetes.io/part-of"] = "shop",
                    ["team"] = $"team-{index % 40}",
                },
                Annotations = new Dictionary<string, string> { ["example.org/ticket"] = $"T-{index}" },
            },
            Spec = new AlertRuleSpec
            {
                Expr =
                    $"sum by (instance) (rate(http_requests_total{{job=\"service-{index}\",status_code=~\"5..\"}}[5m])) / sum by (instance) (rate(http_requests_total{{job=\"service-{index}\"}}[5m])) > 0.{change + 1}",
                For = "5m",
                Summary = "Too many errors on {{ $labels.instance }}",
                Description = Text(index),
                RunbookUrl = $"https://runbooks.example.com/service-{index}",
                Labels = new Dictionary<string, string> { ["tier"] = "backend", ["area"] = $"area-{index % 10}" },
            },
        };

    /// <summary>Puts all of them there.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        await BenchmarkCluster.InstallDefinitionsAsync(client, cancellationToken);
        for (var i = 0; i < Namespaces; i++)
        {
            var home = new Namespace { Metadata = new ObjectMeta { Name = $"bench-client-{i}" } };
            await client.ApplyAsync(home, Write, cancellationToken);
        }

        await BenchmarkCluster.WhenServedAsync(
            () => client.ApplyAsync(Make(0, 0), Write, cancellationToken),
            cancellationToken
        );
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) => await client.ApplyAsync(Make(i, 0), Write, token)
        );
    }

    /// <summary>Takes them away again.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Namespaces; i++)
        {
            var home = new ObjectKey("", $"bench-client-{i}");
            await client.DeleteAsync<Namespace>(home, new DeleteRequest(), cancellationToken);
        }
    }

    private static string Text(int index)
    {
        const string Sentence = " fails more often than it may; look at its last release and at what it depends on.";
        return string.Concat(Enumerable.Range(0, 8).Select(i => $"Part {i} of service {index}{Sentence} "));
    }
}
