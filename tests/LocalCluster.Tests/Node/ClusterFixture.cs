using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster.Controllers;
using LocalCluster.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Tests.Node;

/// <summary>An API server, its controllers and a node, with a namespace for each test.</summary>
public class ClusterFixture : IAsyncLifetime
{
    private static readonly string[] ProgramFolders =
    [
        .. Parents(AppContext.BaseDirectory).Select(d => Path.Join(d, ".tools", "bin")),
    ];

    private readonly TemporaryFolder work = new();
    private LocalClusterHost? cluster;
    private KubernetesClient? client;
    private ControllerManager? controllers;
    private NodeHost? node;

    /// <summary>Which sandbox the node is to use.</summary>
    protected virtual SandboxMode Sandbox => SandboxMode.Auto;

    public IKubernetesClient Client => client!;

    public NodeHost Node => node!;

    public string WorkDirectory => work.Of("node");

    public async ValueTask InitializeAsync()
    {
        cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), CancellationToken.None);
        client = new KubernetesClient(KubernetesClientConfiguration.Load(cluster.KubeconfigPath));
        node = await StartNodeAsync("local", WorkDirectory, cluster.PodCidr);
        var options = new ControllerOptions { VolumeDirectory = work.Of("volumes") };
        controllers = await ControllerManager.StartAsync(
            Client,
            options,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None
        );
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (controllers is not null)
        {
            await controllers.DisposeAsync();
        }

        if (node is not null)
        {
            await node.DisposeAsync();
            // Nothing is left of the node's folder, whatever the tests have done.
            Directory.Exists(WorkDirectory).ShouldBeFalse();
        }

        client?.Dispose();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        work.Dispose();
    }

    /// <summary>A node of that name with quick back-offs.</summary>
    public Task<NodeHost> StartNodeAsync(string name, string directory, string podCidr) =>
        NodeHost.StartAsync(
            Client,
            new NodeOptions
            {
                Name = name,
                WorkDirectory = directory,
                PodCidr = podCidr,
                ApiServer = cluster!.Url,
                Sandbox = Sandbox,
                ProgramDirectories = ProgramFolders,
                RestartBackOff = TimeSpan.FromMilliseconds(200),
                MaxRestartBackOff = TimeSpan.FromSeconds(1),
                StopTimeout = TimeSpan.FromSeconds(2),
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None
        );

    /// <summary>A new namespace.</summary>
    public async Task<string> NamespaceAsync()
    {
        var name = $"t-{Guid.NewGuid():N}"[..10];
        await Client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = name } },
            new WriteOptions(),
            TestContext.Current.CancellationToken
        );
        return name;
    }

    /// <summary>Creates an object out of JSON.</summary>
    public async Task<T> CreateAsync<T>(string ns, string json)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var value = JsonSerializer.Deserialize(json, T.JsonTypeInfo)!;
        return await Client.CreateAsync(
            value with
            {
                Metadata = value.Metadata with { Namespace = ns },
            },
            new WriteOptions(),
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>Creates a pod with one container that runs a shell script.</summary>
    public Task<Pod> RunAsync(string ns, string script, string containerFields = "", string podFields = "") =>
        CreateAsync<Pod>(
            ns,
            $$"""
            {"metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":2,{{podFields}}"containers":[
              {"name":"c","image":"busybox",{{containerFields}}"command":["sh","-c",{{JsonSerializer.Serialize(
                script,
                StringContext.Default.String
            )}}]} ] } }
            """
        );

    /// <summary>Waits until a pod is as it should be, and returns it.</summary>
    public Task<Pod> WaitAsync(string ns, Func<Pod, bool> condition, string what, string name = "p") =>
        Eventually.GetAsync(
            async () =>
                await Client.FindAsync<Pod>(new ObjectKey(ns, name), TestContext.Current.CancellationToken) is { } pod
                && condition(pod)
                    ? pod
                    : null,
            what
        );

    public static bool IsReady(Pod pod) =>
        pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    /// <summary>What the container has written so far; empty when it has no log yet.</summary>
    public async Task<string> LogAsync(Pod pod, bool previous = false, string container = "c")
    {
        var request = new PodLogRequest(pod.Metadata.Namespace!, pod.Metadata.Name!, pod.Metadata.Uid!, container);
        await using var stream = await Node.OpenAsync(
            request with
            {
                Previous = previous,
            },
            TestContext.Current.CancellationToken
        );
        if (stream is null)
        {
            return "";
        }

        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for a text in a container's log, and returns the whole log.</summary>
    public Task<string> LogAsync(Pod pod, string text) =>
        Eventually.GetAsync(
            async () => await LogAsync(pod) is var log && log.Contains(text, StringComparison.Ordinal) ? log : null,
            $"'{text}' in the log of {pod.Key}"
        );

    private static IEnumerable<string> Parents(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class StringContext : System.Text.Json.Serialization.JsonSerializerContext;
