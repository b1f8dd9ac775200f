using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using LocalCluster.Node.Pods;

namespace LocalCluster.Node.Probes;

/// <summary>
/// The probes of one run of a container: startup before all others, then readiness and liveness side by side.
/// <c>ready</c> is told whenever readiness changes, <c>started</c> once when the startup probe has succeeded.
/// </summary>
internal sealed class ContainerProbes(
    NodeServices node,
    PodContext pod,
    Container container,
    Action<bool> ready,
    Action started
)
{
    /// <summary>
    /// Before the first success a readiness or startup probe is also tried in between, ever more rarely, so that a
    /// program is ready when it is and not up to a period later. These tries count only when they succeed.
    /// </summary>
    private static readonly TimeSpan FirstTry = TimeSpan.FromMilliseconds(100);

    /// <summary>Which probe ended <see cref="RunAsync"/>: <c>startup</c> or <c>liveness</c>.</summary>
    public string? FatalProbe { get; private set; }

    /// <summary>Returns when the container has to be restarted.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (container.StartupProbe is { } startup)
        {
            if (!await UntilFirstVerdictAsync(startup, "Startup", cancellationToken))
            {
                FatalProbe = "startup";
                return;
            }

            started();
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readiness = ReadinessAsync(over.Token);
        var liveness = LivenessAsync(over.Token);
        await Task.WhenAny(liveness, readiness);
        await liveness;
        FatalProbe = "liveness";
        await over.CancelAsync();
    }

    private async Task ReadinessAsync(CancellationToken cancellationToken)
    {
        if (container.ReadinessProbe is not { } probe)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return;
        }

        var state = new ProbeState(probe);
        await DelayAsync(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0), cancellationToken);
        while (true)
        {
            if (state.Verdict == true)
            {
                await DelayAsync(Period(probe), cancellationToken);
            }
            else
            {
                await TryInBetweenAsync(probe, state, () => ready(true), cancellationToken);
                if (state.Verdict == true)
                {
                    continue;
                }
            }

            if (state.Count(await ProbeAsync(probe, "Readiness", cancellationToken) is null))
            {
                ready(state.Verdict == true);
            }
        }
    }

    private async Task LivenessAsync(CancellationToken cancellationToken)
    {
        if (container.LivenessProbe is not { } probe)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return;
        }

        var state = new ProbeState(probe);
        await DelayAsync(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0) + Period(probe), cancellationToken);
        while (true)
        {
            state.Count(await ProbeAsync(probe, "Liveness", cancellationToken) is null);
            if (state.Verdict == false)
            {
                return;
            }

            await DelayAsync(Period(probe), cancellationToken);
        }
    }

    private async Task<bool> UntilFirstVerdictAsync(Probe probe, string name, CancellationToken cancellationToken)
    {
        var state = new ProbeState(probe);
        await DelayAsync(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0), cancellationToken);
        while (true)
        {
            await TryInBetweenAsync(probe, state, () => { }, cancellationToken);
            if (state.Verdict is null)
            {
                state.Count(await ProbeAsync(probe, name, cancellationToken) is null);
            }

            if (state.Verdict is { } verdict)
            {
                return verdict;
            }
        }
    }

    /// <summary>Takes one period at most, and ends early with the verdict of success.</summary>
    private async Task TryInBetweenAsync(
        Probe probe,
        ProbeState state,
        Action succeeded,
        CancellationToken cancellationToken
    )
    {
        var end = node.Time.GetUtcNow() + Period(probe);
        for (var wait = FirstTry; ; wait *= 2)
        {
            var left = end - node.Time.GetUtcNow();
            if (wait >= left)
            {
                await DelayAsync(left, cancellationToken);
                return;
            }

            await DelayAsync(wait, cancellationToken);
            if (await OnceAsync(probe, cancellationToken) is null && state.Count(true))
            {
                succeeded();
                return;
            }
        }
    }

    private async Task<string?> ProbeAsync(Probe probe, string name, CancellationToken cancellationToken)
    {
        var failure = await OnceAsync(probe, cancellationToken);
        if (failure is not null)
        {
            node.Events.Tell(
                pod.Pod,
                EventType.Warning,
                "Unhealthy",
                "Probing",
                $"{name} probe failed: {failure}",
                $"spec.containers{{{container.Name}}}"
            );
        }

        return failure;
    }

    private async Task<string?> OnceAsync(Probe probe, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1), node.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var failure = await node.Probes.RunAsync(probe, container, pod.Placement.PodIP, linked.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return failure;
    }

    private static TimeSpan Period(Probe probe) => TimeSpan.FromSeconds(Math.Max(1, probe.PeriodSeconds ?? 10));

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, node.Time, cancellationToken) : Task.CompletedTask;
}
