using System.Text.Json;
using Kubernetes.Models;
using LocalCluster.Controllers;

namespace LocalCluster.Tests.Controllers;

public sealed class WorkloadPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_hash_of_a_template_does_not_depend_on_the_order_of_fields()
    {
        var one = Template("""{"metadata":{"labels":{"a":"1","b":"2"}},"spec":{"foo":1,"bar":[{"x":1,"y":2}]}}""");
        var two = Template("""{"spec":{"bar":[{"y":2,"x":1}],"foo":1},"metadata":{"labels":{"b":"2","a":"1"}}}""");
        var other = Template("""{"spec":{"bar":[{"y":2,"x":1}],"foo":2},"metadata":{"labels":{"b":"2","a":"1"}}}""");
        Hashes.OfTemplate(one).ShouldBe(Hashes.OfTemplate(two));
        Hashes.OfTemplate(one).ShouldNotBe(Hashes.OfTemplate(other));
        Hashes.OfTemplate(one).ShouldMatch("^[bcdfghjklmnpqrstvwxz2456789]{1,10}$");
    }

    [Fact]
    public void A_stateful_pod_gets_its_identity_and_claims()
    {
        var set = new StatefulSet
        {
            Metadata = new ObjectMeta
            {
                Name = "db",
                Namespace = "n",
                Uid = "u",
            },
            Spec = new StatefulSetSpec
            {
                ServiceName = "peers",
                Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "db" } },
                VolumeClaimTemplates = [new() { Metadata = new ObjectMeta { Name = "data" } }],
            },
        };
        var template = new Pod
        {
            Spec = new PodSpec { Volumes = [new() { Name = "data" }, new() { Name = "config" }] },
        };
        var pod = StatefulPods.Finish(template, set, 2, "db-abc");
        pod.Spec!.Hostname.ShouldBe("db-2");
        pod.Spec.Subdomain.ShouldBe("peers");
        pod.Spec.Volumes!.Select(v => $"{v.Name}:{v.PersistentVolumeClaim?.ClaimName}")
            .ShouldBe(["data:data-db-2", "config:"]);
        pod.Metadata.Labels!["apps.kubernetes.io/pod-index"].ShouldBe("2");
        pod.Metadata.Labels!["controller-revision-hash"].ShouldBe("db-abc");

        var claim = StatefulPods.Claims(set, 2).ShouldHaveSingleItem();
        claim.Key.ShouldBe(new ObjectKey("n", "data-db-2"));
        claim.Metadata.Labels!["app"].ShouldBe("db");
        claim.Metadata.OwnerReferences.ShouldBeNull();
    }

    [Theory]
    [InlineData("db-0", 0)]
    [InlineData("db-12", 12)]
    [InlineData("db-x", null)]
    [InlineData("db-1-2", null)]
    [InlineData("dbx-1", null)]
    public void Ordinals_are_read_from_names(string name, int? ordinal)
    {
        var set = new StatefulSet { Metadata = new ObjectMeta { Name = "db" } };
        StatefulPods.Ordinal(set, new Pod { Metadata = new ObjectMeta { Name = name } }).ShouldBe(ordinal);
    }

    [Fact]
    public void Conditions_of_a_rollout_from_start_to_end_and_past_its_deadline()
    {
        var deployment = new Deployment
        {
            Spec = new DeploymentSpec { Replicas = 2, ProgressDeadlineSeconds = 60 },
        };
        var status = Next(
            deployment,
            new DeploymentStatus
            {
                Replicas = 0,
                UpdatedReplicas = 0,
                AvailableReplicas = 0,
                ReadyReplicas = 0,
            },
            0
        );
        Say(status).ShouldBe("Available=False MinimumReplicasUnavailable Progressing=True NewReplicaSetCreated");

        var counted = new DeploymentStatus
        {
            Replicas = 2,
            UpdatedReplicas = 2,
            AvailableReplicas = 0,
            ReadyReplicas = 0,
        };
        deployment = deployment with { Status = status };
        status = Next(deployment, counted, 10);
        Say(status).ShouldBe("Available=False MinimumReplicasUnavailable Progressing=True ReplicaSetUpdated");
        DeploymentConditions.Deadline(deployment, status).ShouldBe(Now.AddSeconds(70));

        deployment = deployment with { Status = status };
        var late = Next(deployment, counted, 71);
        Say(late).ShouldBe("Available=False MinimumReplicasUnavailable Progressing=False ProgressDeadlineExceeded");
        DeploymentConditions.Deadline(deployment, late).ShouldBeNull();

        deployment = deployment with { Status = late };
        status = Next(deployment, counted with { AvailableReplicas = 2, ReadyReplicas = 2 }, 80);
        Say(status).ShouldBe("Available=True MinimumReplicasAvailable Progressing=True NewReplicaSetAvailable");
        deployment = deployment with { Status = status };
        // A second look at the same state changes nothing.
        JsonSerializer
            .Serialize(
                Next(deployment, counted with { AvailableReplicas = 2, ReadyReplicas = 2 }, 500),
                KubernetesJsonContext.Default.DeploymentStatus
            )
            .ShouldBe(JsonSerializer.Serialize(status, KubernetesJsonContext.Default.DeploymentStatus));
    }

    [Fact]
    public void Pods_that_matter_least_are_removed_first()
    {
        Pod[] pods =
        [
            Pod("ready", "Running", true, 1),
            Pod("young", "Running", true, 5),
            Pod("unready", "Running", false, 1),
            Pod("pending", "Pending", false, 1),
            Pod("unplaced", "Pending", false, 1) with
            {
                Spec = new PodSpec(),
            },
        ];
        ReplicaSetReconciler
            .ByWorth(pods, null, Now)
            .Select(p => p.Metadata.Name)
            .ShouldBe(["unplaced", "pending", "unready", "young", "ready"]);
    }

    private static Pod Pod(string name, string phase, bool ready, int created) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, CreationTimestamp = Now.AddMinutes(created) },
            Spec = new PodSpec { NodeName = "local" },
            Status = new PodStatus
            {
                Phase = phase,
                Conditions =
                [
                    new()
                    {
                        Type = "Ready",
                        Status = ready ? "True" : "False",
                        LastTransitionTime = Now,
                    },
                ],
            },
        };

    private static DeploymentStatus Next(Deployment deployment, DeploymentStatus counted, int seconds) =>
        DeploymentConditions.Apply(deployment, counted, "web-abc", 0, Now.AddSeconds(seconds));

    private static string Say(DeploymentStatus status) =>
        string.Join(' ', status.Conditions!.Select(c => $"{c.Type}={c.Status} {c.Reason}"));

    private static PodTemplateSpec Template(string json) =>
        JsonSerializer.Deserialize(json, KubernetesJsonContext.Default.PodTemplateSpec)!;
}
