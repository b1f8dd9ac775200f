using System.Net;
using System.Net.Sockets;
using System.Text;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster.Tests.Node;

namespace LocalCluster.Tests.Controllers;

/// <summary>Workloads and Services end to end: API server, controllers and node of this project.</summary>
public sealed class WorkloadTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_rolls_over_to_a_new_template()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<Deployment>(ns, Workload("one", """ "replicas":3, """));
        var first = await DeploymentAsync(ns, d => IsComplete(d, 3));
        first
            .Status!.Conditions!.Select(c => $"{c.Type}={c.Status}")
            .ShouldBe(["Available=True", "Progressing=True"], ignoreOrder: true);

        await PatchAsync<Deployment>(ns, """{"spec":{"template":{"metadata":{"labels":{"v":"two"}}}}}""");
        await DeploymentAsync(ns, d => IsComplete(d, 3) && d.Metadata.Generation > first.Metadata.Generation);
        var sets = (await ListAsync<ReplicaSet>(ns)).OrderBy(s => s.Metadata.CreationTimestamp).ToList();
        sets.Select(s => s.Spec!.Replicas).Order().ShouldBe([0, 3]);
        var revisions = sets.Select(s => s.Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        revisions.Order().ShouldBe(["1", "2"]);

        await PatchAsync<Deployment>(ns, """{"spec":{"replicas":1}}""");
        await Eventually.GetAsync(async () => (await ListAsync<Pod>(ns)).Count == 1 ? "" : null, "one pod to be left");
    }

    [Fact]
    public async Task Recreate_never_runs_both_templates_at_once()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<Deployment>(
            ns,
            Workload("one", """ "replicas":2,"strategy":{"type":"Recreate"}, """)
        );
        await DeploymentAsync(ns, d => IsComplete(d, 2));
        await PatchAsync<Deployment>(ns, """{"spec":{"template":{"metadata":{"labels":{"v":"two"}}}}}""");
        await Eventually.GetAsync(
            async () =>
            {
                var versions = (await ListAsync<Pod>(ns)).Select(p => p.Metadata.Labels!["v"]).Distinct().ToList();
                versions.Count.ShouldBeLessThanOrEqualTo(1);
                return versions is ["two"] ? "" : null;
            },
            "the new pods"
        );
        await DeploymentAsync(ns, d => IsComplete(d, 2));
    }

    [Fact]
    public async Task A_stateful_set_keeps_names_and_data_over_an_update()
    {
        var ns = await cluster.NamespaceAsync();
        const string Claims =
            """ "replicas":2,"serviceName":"w","volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}], """;
        await cluster.CreateAsync<StatefulSet>(
            ns,
            Workload("one", Claims, "echo $HOSTNAME >>/data.d/log; cat /data.d/log; sleep 600")
        );
        var set = await StatefulSetAsync(ns, s => IsComplete(s, 2));
        (await ListAsync<Pod>(ns)).Select(p => p.Metadata.Name).Order().ShouldBe(["w-0", "w-1"]);
        await cluster.LogAsync(await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the first pod", "w-1"), "w-1\n");
        var volume = (await ListAsync<PersistentVolumeClaim>(ns)).Select(c => $"{c.Metadata.Name}:{c.Status?.Phase}");
        volume.Order().ShouldBe(["data-w-0:Bound", "data-w-1:Bound"]);

        await PatchAsync<StatefulSet>(ns, """{"spec":{"template":{"metadata":{"labels":{"v":"two"}}}}}""");
        var updated = await StatefulSetAsync(
            ns,
            s => IsComplete(s, 2) && s.Status!.CurrentRevision != set.Status!.CurrentRevision
        );
        updated.Status!.UpdateRevision.ShouldBe(updated.Status.CurrentRevision);
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the second pod", "w-1");
        await cluster.LogAsync(pod, "w-1\nw-1\n");
        pod.Spec!.Subdomain.ShouldBe("w");
    }

    [Fact]
    public async Task A_service_reaches_the_endpoints_that_a_user_wrote()
    {
        await using var answers = new ProbeTarget { Live = true };
        var ns = await cluster.NamespaceAsync();
        var service = await cluster.CreateAsync<Service>(
            ns,
            """{"metadata":{"name":"web"},"spec":{"ports":[{"name":"http","port":8080}]}}"""
        );
        await cluster.CreateAsync<Endpoints>(
            ns,
            $$"""{"metadata":{"name":"web"},"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"name":"http","port":{{answers.Port}} } ] } ] }"""
        );
        var slice = await Eventually.GetAsync(
            async () => await ListAsync<EndpointSlice>(ns) is [var found, ..] ? found : null,
            "the mirrored slice"
        );
        slice
            .Metadata.Labels!["endpointslice.kubernetes.io/managed-by"]
            .ShouldBe("endpointslicemirroring-controller.k8s.io");
        using var http = new HttpClient();
        var address = new Uri($"http://{service.Spec!.ClusterIP}:8080/");
        await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(address, Cancellation);
                    return answer.StatusCode == HttpStatusCode.OK ? "" : null;
                }
                catch (HttpRequestException exception) when (exception.InnerException is SocketException or IOException)
                {
                    return null;
                }
            },
            $"an answer through {address}"
        );
    }

    [Fact]
    public async Task Endpoints_follow_readiness_and_names_reach_pods()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<Service>(
            ns,
            """{"metadata":{"name":"w"},"spec":{"clusterIP":"None","selector":{"app":"w"},"ports":[{"port":80}]}}"""
        );
        await cluster.CreateAsync<StatefulSet>(ns, Workload("one", """ "replicas":1,"serviceName":"w", """));
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod", "w-0");
        var endpoints = await Eventually.GetAsync(
            async () =>
                await cluster.Client.FindAsync<Endpoints>(new ObjectKey(ns, "w"), Cancellation)
                    is { Subsets: [{ Addresses: [_] }] } found
                    ? found
                    : null,
            "the endpoint"
        );
        endpoints.Subsets![0].Addresses![0].Hostname.ShouldBe("w-0");

        Assert.SkipUnless(cluster.Node.IsSandboxed, "names are resolved inside of a mount namespace only");
        await cluster.RunAsync(
            ns,
            $"while ! grep ' w-0.w.{ns}.svc.cluster.local' /etc/hosts; do sleep 0.05; done; sleep 600"
        );
        var client = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod that asks");
        (await cluster.LogAsync(client, $"w-0.w.{ns}.svc")).ShouldStartWith(pod.Status!.PodIP!);
    }

    private static string Workload(string version, string fields, string script = "sleep 600") =>
        $$"""
            {"metadata":{"name":"w"},"spec":{ {{fields}}"selector":{"matchLabels":{"app":"w"} },"template":{
              "metadata":{"labels":{"app":"w","v":"{{version}}"} },
              "spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"busybox","command":["sh","-c","{{script}}"]
                {{Mounts(fields)}} } ] } } } }
            """;

    private static string Mounts(string fields) =>
        fields.Contains("volumeClaimTemplates", StringComparison.Ordinal)
            ? ""","volumeMounts":[{"name":"data","mountPath":"/data.d"}]"""
            : "";

    private static bool IsComplete(Deployment deployment, int replicas) =>
        deployment.Status is { } s
        && s.ObservedGeneration == deployment.Metadata.Generation
        && s.UpdatedReplicas == replicas
        && s.AvailableReplicas == replicas
        && s.Replicas == replicas;

    private static bool IsComplete(StatefulSet set, int replicas) =>
        set.Status is { } s
        && s.ObservedGeneration == set.Metadata.Generation
        && s.UpdatedReplicas == replicas
        && s.ReadyReplicas == replicas
        && s.CurrentRevision == s.UpdateRevision;

    private Task<Deployment> DeploymentAsync(string ns, Func<Deployment, bool> condition) => FindAsync(ns, condition);

    private Task<StatefulSet> StatefulSetAsync(string ns, Func<StatefulSet, bool> condition) =>
        FindAsync(ns, condition);

    private Task<T> FindAsync<T>(string ns, Func<T, bool> condition)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Eventually.GetAsync(
            async () =>
                await cluster.Client.FindAsync<T>(new ObjectKey(ns, "w"), Cancellation) is { } found && condition(found)
                    ? found
                    : null,
            $"the {T.ResourceType.Kind}"
        );

    private async Task<IReadOnlyList<T>> ListAsync<T>(string ns)
        where T : KubernetesObject, IKubernetesObject<T> =>
        (await cluster.Client.ListPageAsync<T>(new ListRequest { Namespace = ns }, Cancellation)).Items;

    private Task PatchAsync<T>(string ns, string json)
        where T : KubernetesObject, IKubernetesObject<T> =>
        cluster.Client.PatchAsync<T>(
            new ObjectKey(ns, "w"),
            Patch.Merge(Encoding.UTF8.GetBytes(json)),
            new WriteOptions(),
            Cancellation
        );
}
