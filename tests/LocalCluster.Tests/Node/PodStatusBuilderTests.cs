using Kubernetes.Models;
using LocalCluster.Node.Pods;

namespace LocalCluster.Tests.Node;

public sealed class PodStatusBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // w: waiting, W: waiting after a run, r: running, 0: ended well, 1: ended badly.
    [Theory]
    [InlineData("Always", "", "w", "Pending")]
    [InlineData("Always", "", "rw", "Pending")]
    [InlineData("Always", "", "rr", "Running")]
    [InlineData("Always", "", "rW", "Running")]
    [InlineData("Always", "", "W", "Running")]
    [InlineData("Always", "", "0", "Running")]
    [InlineData("Never", "", "00", "Succeeded")]
    [InlineData("Never", "", "01", "Failed")]
    [InlineData("Never", "", "0r", "Running")]
    [InlineData("OnFailure", "", "01", "Running")]
    [InlineData("OnFailure", "", "00", "Succeeded")]
    [InlineData("Always", "r", "w", "Pending")]
    [InlineData("Always", "0", "r", "Running")]
    [InlineData("Always", "1", "w", "Pending")]
    [InlineData("Never", "1", "w", "Failed")]
    public void Phase_follows_from_the_containers(string policy, string inits, string containers, string phase) =>
        PodStatusBuilder.Phase(policy, Observe(inits, containers)).ShouldBe(phase);

    [Fact]
    public void A_ready_pod_has_the_conditions_of_a_kubelet()
    {
        var status = PodStatusBuilder.Build(new Pod(), Observe("", "r", ready: true), null, Now);
        status
            .Conditions!.Select(c => $"{c.Type}={c.Status}")
            .ShouldBe(["Initialized=True", "Ready=True", "ContainersReady=True", "PodScheduled=True"]);
        status.PodIP.ShouldBe("127.97.0.1");
        status.PodIPs![0].Ip.ShouldBe("127.97.0.1");
        status.StartTime.ShouldBe(Now);
    }

    [Fact]
    public void An_unready_pod_names_the_containers()
    {
        var status = PodStatusBuilder.Build(new Pod(), Observe("r", "w"), null, Now);
        status.Conditions![0].Message.ShouldBe("containers with incomplete status: [i0]");
        status.Conditions![1].Message.ShouldBe("containers with unready status: [c0]");
        status.Conditions![1].Reason.ShouldBe("ContainersNotReady");
    }

    [Fact]
    public void Transition_times_move_only_with_the_status_and_conditions_of_others_stay()
    {
        var first = PodStatusBuilder.Build(new Pod(), Observe("", "r"), null, Now) with { };
        first = first with { Conditions = [.. first.Conditions!, new PodCondition { Type = "gate", Status = "True" }] };
        var second = PodStatusBuilder.Build(new Pod(), Observe("", "r", ready: true), first, Now.AddMinutes(1));

        second.Conditions!.Single(c => c.Type == "Ready").LastTransitionTime.ShouldBe(Now.AddMinutes(1));
        second.Conditions!.Single(c => c.Type == "Initialized").LastTransitionTime.ShouldBe(Now);
        second.Conditions!.ShouldContain(c => c.Type == "gate");
    }

    private static PodObservation Observe(string inits, string containers, bool ready = false) =>
        new()
        {
            Placement = new PodPlacement("127.97.0.1", "127.0.0.1"),
            StartTime = Now,
            InitContainers = [.. inits.Select((c, i) => Status($"i{i}", c, ready))],
            Containers = [.. containers.Select((c, i) => Status($"c{i}", c, ready))],
        };

    private static ContainerStatus Status(string name, char state, bool ready)
    {
        var ended = new ContainerState { Terminated = new() { ExitCode = state == '1' ? 1 : 0 } };
        return new ContainerStatus
        {
            Name = name,
            Ready = ready,
            State = state switch
            {
                'r' => new ContainerState { Running = new() },
                'w' or 'W' => new ContainerState { Waiting = new() { Reason = "x" } },
                _ => ended,
            },
            LastState = state == 'W' ? ended : null,
        };
    }
}
