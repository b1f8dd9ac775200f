using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Programs;

namespace LocalCluster.Node.Pods;

/// <summary>
/// One container from its first start to its last exit: image, environment, process, probes, restarts. Tells every
/// change of its status.
/// </summary>
internal sealed class ContainerRunner(
    NodeServices node,
    PodContext pod,
    Container container,
    bool isInit,
    ContainerStatus? before,
    Action<ContainerStatus> report
)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    private readonly RestartBackOff backOff = new(node.Options.RestartBackOff, node.Options.MaxRestartBackOff);
    private ContainerStatus status = Initial(container, before);

    /// <summary>
    /// Runs until the container is not to be started again, or the pod is to stop and the process is gone. Returns the
    /// last exit code; null when it never ran.
    /// </summary>
    public async Task<int?> RunAsync()
    {
        int? code = null;
        try
        {
            while (true)
            {
                var (entry, program) = await ResolveImageAsync();
                var command = await ConfigureAsync(entry, program);
                if (command is null)
                {
                    continue;
                }

                var started = node.Time.GetUtcNow();
                code = await RunOnceAsync(command, started);
                var ended = node.Time.GetUtcNow();
                if (pod.Stop.Requested.IsCancellationRequested || !IsRestarted(code.Value))
                {
                    return code;
                }

                await WaitForRestartAsync(backOff.After(ended - started));
            }
        }
        catch (OperationCanceledException) when (pod.Stop.Requested.IsCancellationRequested)
        {
            return code;
        }
    }

    private static ContainerStatus Initial(Container container, ContainerStatus? before)
    {
        var fresh = new ContainerStatus
        {
            Name = container.Name,
            Image = container.Image,
            ImageID = "",
            Ready = false,
            Started = false,
            State = Waiting("ContainerCreating", null),
        };
        // A container that an earlier run of the node has started counts as restarted.
        return before is not { ContainerID: { } id }
            ? fresh
            : fresh with
            {
                RestartCount = before.RestartCount + 1,
                LastState = new ContainerState
                {
                    Terminated =
                        before.State?.Terminated
                        ?? new ContainerStateTerminated
                        {
                            ExitCode = 137,
                            Reason = "ContainerStatusUnknown",
                            Message = "The container could not be located when the node started",
                            ContainerID = id,
                        },
                },
            };
    }

    private static ContainerState Waiting(string reason, string? message) =>
        new()
        {
            Waiting = new ContainerStateWaiting { Reason = reason, Message = message },
        };

    private bool IsRestarted(int code) =>
        (pod.Pod.Spec?.RestartPolicy ?? "Always") switch
        {
            "Never" => false,
            "OnFailure" => code != 0,
            // An init container is done when it has succeeded.
            _ => !isInit || code != 0,
        };

    private void Set(ContainerStatus value)
    {
        status = value;
        report(value);
    }

    private async Task<(ProgramEntry Entry, string Program)> ResolveImageAsync()
    {
        for (var wait = FirstRetry; ; wait = wait * 2 < LastRetry ? wait * 2 : LastRetry)
        {
            try
            {
                return ImageResolver.Resolve(node, container.Image);
            }
            catch (ImageNotKnownException exception)
            {
                Set(status with { State = Waiting("ErrImagePull", exception.Message) });
                Event(
                    EventType.Warning,
                    "Failed",
                    "Pulling",
                    $"Failed to pull image \"{container.Image}\": {exception.Message}"
                );
                await DelayAsync(FirstRetry / 5);
                var message = $"Back-off pulling image \"{container.Image}\": {exception.Message}";
                Set(status with { State = Waiting("ImagePullBackOff", message) });
                Event(EventType.Normal, "BackOff", "Pulling", $"Back-off pulling image \"{container.Image}\"");
                await DelayAsync(wait);
            }
        }
    }

    /// <summary>Null when the configuration was not complete; the wait for it is over then.</summary>
    private async Task<ProgramCommand?> ConfigureAsync(ProgramEntry entry, string program)
    {
        try
        {
            var environment = await node.Environment.BuildAsync(
                pod.Pod,
                container,
                pod.Placement,
                entry.Environment,
                pod.Stop.Requested
            );
            var command = ContainerCommand.Resolve(
                pod.Pod,
                container,
                entry,
                program,
                node.Locator,
                environment,
                pod.Placement
            );
            return ContainerSetup.Prepare(node, pod, container, entry, program, command, status.RestartCount);
        }
        catch (Exception exception)
            when (exception is ContainerConfigException or KubernetesApiException or IOException)
        {
            var reason = exception is IOException ? "CreateContainerError" : "CreateContainerConfigError";
            Set(status with { State = Waiting(reason, exception.Message) });
            Event(EventType.Warning, "Failed", "Creating", $"Error: {exception.Message}");
            await DelayAsync(FirstRetry);
            return null;
        }
    }

    private async Task<int> RunOnceAsync(ProgramCommand command, DateTimeOffset started)
    {
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"process://{pod.Pod.Metadata.Uid}/{container.Name}/{status.RestartCount}"
        );
        using var log = node.Logs.Open(pod.Pod, container.Name, status.RestartCount);
        int code;
        string? failure = null;
        try
        {
            await using var process = await ContainerProcess.StartAsync(
                node.Launcher,
                command,
                Path.Join(pod.Directory, container.Name + StaleProcesses.Extension),
                log
            );
            Event(EventType.Normal, "Started", "Starting", $"Started container {container.Name}");
            var hasStarted = container.StartupProbe is null;
            Set(
                status with
                {
                    ContainerID = id,
                    State = new ContainerState { Running = new ContainerStateRunning { StartedAt = started } },
                    Started = hasStarted,
                    Ready = hasStarted && container.ReadinessProbe is null,
                }
            );
            code = await WatchAsync(process);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            code = 128;
            failure = exception.Message;
            log.Write("stderr", $"cannot start {command.Program}: {failure}");
            Event(EventType.Warning, "Failed", "Starting", $"Error: cannot start {command.Program}: {failure}");
        }

        var terminated = new ContainerStateTerminated
        {
            ExitCode = code,
            Signal = code > 128 && failure is null ? code - 128 : null,
            Reason =
                failure is not null ? "StartError"
                : code == 0 ? "Completed"
                : "Error",
            Message = failure,
            StartedAt = started,
            FinishedAt = node.Time.GetUtcNow(),
            ContainerID = id,
        };
        Set(
            status with
            {
                ContainerID = id,
                State = new ContainerState { Terminated = terminated },
                Ready = isInit && code == 0,
                Started = false,
            }
        );
        return code;
    }

    private async Task<int> WatchAsync(ContainerProcess process)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(pod.Stop.Requested);
        var probes = new ContainerProbes(
            node,
            pod,
            container,
            ready => Set(status with { Ready = ready }),
            () => Set(status with { Started = true, Ready = container.ReadinessProbe is null })
        );
        var probing = isInit ? Task.Delay(Timeout.Infinite, over.Token) : probes.RunAsync(over.Token);
        // Ends when the program does, when the pod is to stop, or with the reason why the container must be restarted.
        await Task.WhenAny(process.Exit, probing);
        if (process.Exit.IsCompleted)
        {
            await over.CancelAsync();
        }

        await probing.ContinueWith(
            _ => { },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        if (!process.Exit.IsCompleted)
        {
            Set(status with { Ready = false });
            if (pod.Stop.Requested.IsCancellationRequested)
            {
                Event(EventType.Normal, "Killing", "Killing", $"Stopping container {container.Name}");
                await process.StopAsync(pod.Stop.Kill);
            }
            else
            {
                var message = $"Container {container.Name} failed {probes.FatalProbe} probe, will be restarted";
                Event(EventType.Normal, "Killing", "Killing", message);
                var seconds = pod.Pod.Spec?.TerminationGracePeriodSeconds ?? 30;
                using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), node.Time);
                using var kill = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, pod.Stop.Kill);
                await process.StopAsync(kill.Token);
            }
        }

        return await process.Exit;
    }

    private async Task WaitForRestartAsync(TimeSpan wait)
    {
        var next = status with { LastState = status.State, RestartCount = status.RestartCount + 1 };
        if (wait > TimeSpan.Zero)
        {
            var message = string.Create(
                CultureInfo.InvariantCulture,
                $"back-off {wait.TotalSeconds:0.#}s restarting failed container={container.Name} pod={pod.FullName}"
            );
            Set(next with { RestartCount = status.RestartCount, State = Waiting("CrashLoopBackOff", message) });
            Event(
                EventType.Warning,
                "BackOff",
                "Restarting",
                $"Back-off restarting failed container {container.Name} in pod {pod.FullName}"
            );
            await DelayAsync(wait);
        }

        // Told with the next start, as one change.
        status = next;
    }

    private Task DelayAsync(TimeSpan delay) => Task.Delay(delay, node.Time, pod.Stop.Requested);

    private void Event(EventType type, string reason, string action, string message) =>
        node.Events.Tell(pod.Pod, type, reason, action, message, ContainerPath);

    private string ContainerPath =>
        isInit ? $"spec.initContainers{{{container.Name}}}" : $"spec.containers{{{container.Name}}}";
}
