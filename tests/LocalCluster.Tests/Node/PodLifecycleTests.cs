using System.Net;
using System.Text;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Tests.Node;

/// <summary>Pods from creation to deletion, on this project's own API server.</summary>
public sealed class PodLifecycleTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_runs_with_its_environment_and_ends_when_it_is_deleted()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<Secret>(ns, """{"metadata":{"name":"s"},"data":{"key":"c2VjcmV0"}}""");
        await cluster.CreateAsync<ConfigMap>(ns, """{"metadata":{"name":"m"},"data":{"key":"config"}}""");
        await cluster.RunAsync(
            ns,
            "echo \"$NAME $IP $SECRET $CONFIG $ALL $NONE-\"; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done",
            """
            "env":[
              {"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
              {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
              {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"s","key":"key"}}},
              {"name":"CONFIG","valueFrom":{"configMapKeyRef":{"name":"m","key":"key"}}},
              {"name":"NONE","valueFrom":{"configMapKeyRef":{"name":"other","key":"key","optional":true}}},
              {"name":"ALL","value":"$(NAME)/$(CONFIG)/$(MISSING)"}],
            """
        );
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
        pod.Status!.Phase.ShouldBe("Running");
        pod.Status.ContainerStatuses![0].State!.Running!.StartedAt.ShouldNotBeNull();
        IPAddress.IsLoopback(IPAddress.Parse(pod.Status.PodIP!)).ShouldBeTrue();
        (await cluster.LogAsync(pod, "secret")).ShouldBe($"p {pod.Status.PodIP} secret config p/config/$(MISSING) -\n");

        await cluster.Client.DeleteAsync<Pod>(pod.Key, new DeleteRequest(), Cancellation);
        await Eventually.GetAsync(
            async () => await cluster.Client.FindAsync<Pod>(pod.Key, Cancellation) is null ? "" : null,
            "the pod to be gone"
        );
        Directory.Exists(Path.Join(cluster.WorkDirectory, "pods", pod.Metadata.Uid)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_reference_holds_the_pod_until_it_is_there()
    {
        var ns = await cluster.NamespaceAsync();
        const string Volumes = """ "volumes":[{"name":"v","configMap":{"name":"late"}}], """;
        await cluster.RunAsync(
            ns,
            "cat /v.d/a; echo; sleep 600",
            """ "volumeMounts":[{"name":"v","mountPath":"/v.d"}], """,
            Volumes
        );
        await EventAsync(ns, "FailedMount", "configmap \"late\" not found");
        var waiting = await cluster.WaitAsync(ns, p => p.Status?.ContainerStatuses is not null, "a status");
        waiting.Status!.ContainerStatuses![0].State!.Waiting!.Reason.ShouldBe("ContainerCreating");
        waiting.Status.Phase.ShouldBe("Pending");

        await cluster.CreateAsync<ConfigMap>(ns, """{"metadata":{"name":"late"},"data":{"a":"here"}}""");
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
        await cluster.LogAsync(pod, "here");
    }

    [Fact]
    public async Task An_image_without_a_program_says_what_is_known()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<Pod>(
            ns,
            """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"example.org/thing:1"}]}}"""
        );
        var pod = await cluster.WaitAsync(
            ns,
            p => p.Status?.ContainerStatuses?[0].State?.Waiting?.Reason is "ErrImagePull" or "ImagePullBackOff",
            "the refusal"
        );
        var message = pod.Status!.ContainerStatuses![0].State!.Waiting!.Message!;
        message.ShouldContain("example.org/thing:1");
        message.ShouldContain("quay.io/prometheus/prometheus");
    }

    [Fact]
    public async Task A_container_that_fails_is_restarted_ever_later_and_its_last_run_is_known()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunAsync(ns, "echo run; exit 3");
        var pod = await cluster.WaitAsync(
            ns,
            p => p.Status?.ContainerStatuses?[0] is { RestartCount: >= 2, State.Waiting.Reason: "CrashLoopBackOff" },
            "a crash loop"
        );
        var status = pod.Status!.ContainerStatuses![0];
        status.LastState!.Terminated!.ExitCode.ShouldBe(3);
        status.LastState.Terminated.Reason.ShouldBe("Error");
        status.State!.Waiting!.Message!.ShouldContain("back-off");
        pod.Status.Phase.ShouldBe("Running");
        (await cluster.LogAsync(pod, previous: true)).ShouldBe("run\n");
        await EventAsync(ns, "BackOff", "Back-off restarting failed container c");
    }

    [Fact]
    public async Task Init_containers_run_first_and_a_pod_that_is_never_restarted_completes()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunAsync(
            ns,
            "cat /w.d/file; exit 0",
            """ "volumeMounts":[{"name":"w","mountPath":"/w.d"}], """,
            """
            "restartPolicy":"Never","volumes":[{"name":"w","emptyDir":{}}],"initContainers":[
              {"name":"one","image":"busybox","command":["sh","-c","echo 1 >/w.d/file"],"volumeMounts":[{"name":"w","mountPath":"/w.d"}]},
              {"name":"two","image":"busybox","command":["sh","-c","echo 2 >>/w.d/file"],"volumeMounts":[{"name":"w","mountPath":"/w.d"}]}],
            """
        );
        var pod = await cluster.WaitAsync(ns, p => p.Status?.Phase == "Succeeded", "the pod to complete");
        (await cluster.LogAsync(pod)).ShouldBe("1\n2\n");
        pod.Status!.InitContainerStatuses!.ShouldAllBe(s => s.State!.Terminated!.Reason == "Completed");
        pod.Status.Conditions!.Single(c => c.Type == "Ready").Reason.ShouldBe("PodCompleted");
    }

    [Fact]
    public async Task Probes_decide_on_readiness_and_restarts()
    {
        await using var answers = new ProbeTarget();
        var ns = await cluster.NamespaceAsync();
        string Probe(string path) =>
            $$"""{"httpGet":{"host":"127.0.0.1","port":{{answers.Port}},"path":"{{path}}"},"periodSeconds":1,"failureThreshold":1}""";
        await cluster.RunAsync(
            ns,
            "sleep 600",
            $$""" "startupProbe":{"tcpSocket":{"host":"127.0.0.1","port":{{answers.Port}} } },"readinessProbe":{{Probe("/ready")}},"livenessProbe":{{Probe("/live")}}, """
        );
        var pod = await cluster.WaitAsync(ns, p => p.Status?.ContainerStatuses?[0].Started == true, "the start");
        ClusterFixture.IsReady(pod).ShouldBeFalse();

        answers.Ready = true;
        await cluster.WaitAsync(ns, ClusterFixture.IsReady, "readiness");
        answers.Ready = false;
        pod = await cluster.WaitAsync(ns, p => !ClusterFixture.IsReady(p), "unreadiness");
        pod.Status!.ContainerStatuses![0].RestartCount.ShouldBe(0);
        await EventAsync(ns, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");

        answers.Live = false;
        await cluster.WaitAsync(ns, p => p.Status?.ContainerStatuses?[0].RestartCount > 0, "a restart");
        await EventAsync(ns, "Killing", "Container c failed liveness probe, will be restarted");
    }

    [Fact]
    public async Task Volumes_follow_their_sources_at_once_when_an_annotation_changes()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync<ConfigMap>(ns, """{"metadata":{"name":"m"},"data":{"a":"one"}}""");
        await cluster.RunAsync(
            ns,
            "while :; do cat /v.d/*; echo; sleep 0.05; done",
            """ "volumeMounts":[{"name":"v","mountPath":"/v.d"}], """,
            """
            "volumes":[{"name":"v","projected":{"sources":[
              {"configMap":{"name":"m"}},{"configMap":{"name":"extra","optional":true}},
              {"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}}]}}],
            """
        );
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
        await cluster.LogAsync(pod, "onep\n");

        await cluster.CreateAsync<ConfigMap>(ns, """{"metadata":{"name":"extra"},"data":{"b":"two"}}""");
        var patch = Patch.Merge(Encoding.UTF8.GetBytes("""{"metadata":{"annotations":{"sync":"1"}}}"""));
        await cluster.Client.PatchAsync<Pod>(pod.Key, patch, new WriteOptions(), Cancellation);
        await cluster.LogAsync(pod, "onetwop\n");
    }

    [Fact]
    public async Task A_pod_has_the_credentials_of_its_account()
    {
        var ns = await cluster.NamespaceAsync();
        Assert.SkipUnless(cluster.Node.IsSandboxed, "the fixed path of credentials needs a mount namespace");
        await cluster.RunAsync(
            ns,
            "cd /var/run/secrets/kubernetes.io/serviceaccount; cat namespace; echo; wc -c <token; head -1 ca.crt; echo $KUBERNETES_SERVICE_PORT; sleep 600"
        );
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
        var lines = (await cluster.LogAsync(pod, "BEGIN CERTIFICATE")).Split('\n');
        lines[0].ShouldBe(ns);
        int.Parse(lines[1]).ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_node_that_stops_leaves_no_process_and_takes_its_pods_up_again()
    {
        using var folder = new TemporaryFolder();
        var ns = await cluster.NamespaceAsync();
        var marker = folder.Of("alive");
        await using (await cluster.StartNodeAsync("second", folder.Of("node"), "127.213.0.0/24"))
        {
            await cluster.RunAsync(
                ns,
                $"while :; do echo x >>{marker}; sleep 0.05; done",
                podFields: "\"nodeName\":\"second\","
            );
            await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
            await Eventually.BecomesTrueAsync(() => File.Exists(marker), "the program to run");
        }

        Directory.Exists(folder.Of("node")).ShouldBeFalse();
        File.Delete(marker);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation);
        File.Exists(marker).ShouldBeFalse();

        await using (await cluster.StartNodeAsync("second", folder.Of("node"), "127.213.0.0/24"))
        {
            var pod = await cluster.WaitAsync(
                ns,
                p => p.Status?.ContainerStatuses?[0] is { RestartCount: 1, State.Running: not null },
                "the restart"
            );
            pod.Status!.ContainerStatuses![0].LastState!.Terminated.ShouldNotBeNull();
            await cluster.Client.DeleteAsync<Pod>(pod.Key, new DeleteRequest { GracePeriodSeconds = 0 }, Cancellation);
        }
    }

    private async Task EventAsync(string ns, string reason, string note) =>
        await Eventually.GetAsync(
            async () =>
            {
                var page = await cluster.Client.ListPageAsync<Event>(new ListRequest { Namespace = ns }, Cancellation);
                return page.Items.FirstOrDefault(e =>
                    e.Reason == reason && e.Note?.Contains(note, StringComparison.Ordinal) == true
                );
            },
            $"the event {reason}: {note}"
        );
}
