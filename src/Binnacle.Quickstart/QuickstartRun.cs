using Binnacle.Api;
using Binnacle.Quickstart.Clusters;
using Binnacle.Quickstart.Install;
using Binnacle.Quickstart.Notifications;
using Binnacle.Quickstart.Proof;
using Binnacle.Quickstart.Running;
using Binnacle.Quickstart.Views;
using Kubernetes.Client;
using Kubernetes.Models;
using Spectre.Console;

namespace Binnacle.Quickstart;

/// <summary>One run from nothing to nothing: builds everything up, shows or proves it, and takes it all down again.</summary>
internal sealed class QuickstartRun(
    QuickstartOptions options,
    RepositoryFiles files,
    RunFolder folder,
    IView view,
    IAnsiConsole? terminal,
    TimeProvider time
) : IAsyncDisposable
{
    private static readonly TimeSpan CleanupPatience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan DiagnosisPatience = TimeSpan.FromSeconds(20);

    private readonly NotificationLog notifications = new();
    private RunCluster? cluster;
    private SampleServices? services;
    private Receiver? receiver;
    private OperatorProcess? operatorProcess;
    private AppliedObjects? applied;
    private ObjectKey stack;

    private string OperatorLog => folder.File("operator.log");

    private string ClusterLog => folder.File(OwnCluster.LogName);

    /// <summary>Runs until the proof is there (<see cref="QuickstartOptions.Once"/>), or until cancellation or <c>q</c>.</summary>
    /// <exception cref="QuickstartException">Something is missing; the message says what.</exception>
    /// <exception cref="KubernetesApiException">The cluster refused something.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await BuildUpAsync(cancellation);
        if (options.Once)
        {
            await ProveAsync(cancellation);
        }
        else
        {
            await ShowAsync(cancellation);
        }
    }

    /// <summary>Prints what helps to see why a run failed.</summary>
    public async Task DiagnoseAsync()
    {
        using var patience = new CancellationTokenSource(DiagnosisPatience, time);
        try
        {
            if (cluster is not null && stack.Namespace is { Length: > 0 } @namespace)
            {
                await new Diagnosis(cluster.Client, @namespace, view).PrintAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            view.Line($"The cluster did not tell all of this within {DiagnosisPatience.TotalSeconds:0} s.");
        }

        if (cluster?.IsLocal == true)
        {
            Diagnosis.PrintTail(view, "Local cluster's log", ClusterLog);
        }

        Diagnosis.PrintTail(view, "Operator's log", OperatorLog);
    }

    /// <summary>Stops everything that was started and, on a cluster that is not ours, deletes what was applied.</summary>
    public async ValueTask DisposeAsync()
    {
        if (cluster is null)
        {
            return;
        }

        await view.StepAsync("Cleaning up", TakeDownAsync);
    }

    private async Task BuildUpAsync(CancellationToken cancellation)
    {
        var objects = await ManifestFolder.ReadAsync(files.Samples, cancellation);
        stack =
            objects.FirstOrDefault(item => item.Kind == MonitoringStack.ResourceType.Kind)?.Key
            ?? throw new QuickstartException($"There is no MonitoringStack in {files.Samples}.");

        cluster = await ClusterChoice.StartAsync(options, files, folder, view, time, cancellation);
        applied = new AppliedObjects(cluster.Client, time);
        await view.StepAsync(
            "Installing the custom resource definitions",
            () =>
                CustomResources.InstallAsync(
                    files.CustomResourceDefinitions,
                    cluster.Client,
                    applied,
                    time,
                    cancellation
                )
        );
        operatorProcess = await view.StepAsync(
            "Starting the operator",
            () =>
                OperatorProcess.StartAsync(
                    files.OperatorAssembly,
                    cluster,
                    options.Reach ?? cluster.Reach,
                    OperatorLog,
                    time,
                    cancellation
                )
        );
        view.Line($"Operator's log: {OperatorLog}");
        await view.StepAsync(
            "Starting the sample services and the receiver",
            async () =>
            {
                services = await SampleServices.StartAsync(cluster.HostAddress, time, cancellation);
                receiver = await Receiver.StartAsync(cluster.HostAddress, notifications, time, cancellation);
            }
        );
        var processes = services!.Addresses.Append(new("receiver", receiver!.Address)).ToDictionary();
        await view.StepAsync(
            "Applying the samples",
            () =>
                new SampleManifests(cluster.Client, applied, processes, time).ApplyAsync(
                    objects,
                    needsSlices: !cluster.IsLocal,
                    cancellation
                )
        );
        await view.StepAsync(
            "Waiting until the stack is Ready",
            () =>
                WhileOperatorRunsAsync(token => StackReady.WaitAsync(cluster.Client, stack, time, token), cancellation)
        );
    }

    private async Task ProveAsync(CancellationToken cancellation)
    {
        notifications.Listener = Print;
        var proof = new AlertProof(cluster!.Client, applied!, services!, notifications, view, time);
        try
        {
            await WhileOperatorRunsAsync(
                async token =>
                {
                    await view.StepAsync(
                        "Waiting until all targets are up",
                        () => StackReady.TargetsAsync(cluster.Client, stack, time, token)
                    );
                    await proof.RunAsync(stack.Namespace, token);
                },
                cancellation
            );
            foreach (var table in await new TableReader(cluster.Client, stack.Namespace).ReadAllAsync(cancellation))
            {
                view.Line("");
                foreach (var line in table.ToLines())
                {
                    view.Line(line);
                }
            }
        }
        finally
        {
            notifications.Listener = null;
            view.Line("");
            foreach (var line in proof.Timeline)
            {
                view.Line(line);
            }

            view.Line("");
        }
    }

    /// <summary>Gives up as soon as the operator is gone: nothing would come any more.</summary>
    private async Task WhileOperatorRunsAsync(Func<CancellationToken, Task> action, CancellationToken cancellation)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var finished = new CancellationTokenSource();
        var watch = CancelWhenGoneAsync();
        try
        {
            await action(gone.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new QuickstartException(operatorProcess!.Ended ?? "The operator is gone.");
        }
        finally
        {
            await finished.CancelAsync();
            await watch;
        }

        async Task CancelWhenGoneAsync()
        {
            await Task.WhenAny(operatorProcess!.Exited, Task.Delay(Timeout.InfiniteTimeSpan, time, finished.Token));
            if (!finished.IsCancellationRequested)
            {
                await gone.CancelAsync();
            }
        }
    }

    private async Task ShowAsync(CancellationToken cancellation)
    {
        var source = new LiveSource(
            cluster!.Client,
            stack,
            cluster.Reach == RunCluster.Direct,
            cluster.KubeconfigExport,
            notifications,
            services!,
            operatorProcess!
        );
        if (terminal is not null)
        {
            await new LiveLoop(terminal, source, services!, time).RunAsync(cancellation);
            return;
        }

        view.Line($"export KUBECONFIG={cluster.KubeconfigExport}");
        var service = services!.Addresses[SampleServices.FaultyService];
        view.Line($"curl -X POST http://{service}/fault/on switches the fault on, /fault/off ends it.");
        view.Line("Running; Ctrl-C (or SIGTERM) ends it.");
        notifications.Listener = Print;
        await new LogLoop(view, source, time).RunAsync(cancellation);
        notifications.Listener = null;
    }

    private void Print(Notification notification) => view.Line($"  » {notification.ToLine()}");

    private async Task TakeDownAsync()
    {
        using var patience = new CancellationTokenSource(CleanupPatience, time);
        if (cluster is { IsLocal: false } && !options.Keep)
        {
            await DeleteAppliedAsync(patience.Token);
        }

        if (operatorProcess is not null)
        {
            await operatorProcess.DisposeAsync();
        }

        if (services is not null)
        {
            await services.DisposeAsync();
        }

        if (receiver is not null)
        {
            await receiver.DisposeAsync();
        }

        await cluster!.DisposeAsync();
    }

    /// <summary>The team's resources first, while the operator can still take down what it made of them.</summary>
    private async Task DeleteAppliedAsync(CancellationToken cancellation)
    {
        if (applied is null)
        {
            return;
        }

        try
        {
            Tell(await applied.DeleteAsync(type => type.Group == BinnacleResources.Group, cancellation));
            Tell(await applied.DeleteAsync(type => type != CustomResourceDefinition.ResourceType, cancellation));
            Tell(await applied.DeleteAsync(_ => true, cancellation));
        }
        catch (Exception e) when (e is KubernetesApiException or OperationCanceledException)
        {
            view.Line($"Not everything was deleted: {e.Message}");
        }

        void Tell(IReadOnlyList<string> stuck)
        {
            foreach (var message in stuck)
            {
                view.Line(message);
            }
        }
    }
}
