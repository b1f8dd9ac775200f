using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Tests.Controllers;

public sealed class ControllerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WorkQueue<string> _queue;
    private readonly RuntimeMetrics _metrics = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private Task _running = Task.CompletedTask;

    public ControllerTests() => _queue = new WorkQueue<string>(_time, null, "test", _metrics, () => 1);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.InTime();
        _queue.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    [Fact]
    [Trait("Guarantee", "Q9")]
    public async Task A_result_may_ask_to_be_called_again_later()
    {
        Start((_, _) => ValueTask.FromResult(ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(5))));
        _queue.Add("a");
        await CallsAsync(1);
        await Eventually.TrueAsync(() => _time.UntilNextTimer == TimeSpan.FromSeconds(5), "it is put in again");

        _time.Advance(TimeSpan.FromSeconds(5));

        await CallsAsync(2);
    }

    [Fact]
    [Trait("Guarantee", "Q13")]
    public async Task Long_delays_are_spread_by_a_tenth()
    {
        Start((_, _) => ValueTask.FromResult(ReconcileResult.RequeueAfter(TimeSpan.FromHours(10))), random: () => 0);
        _queue.Add("a");
        await Eventually.TrueAsync(() => _time.UntilNextTimer == TimeSpan.FromHours(9), "it is put in again");
    }

    [Fact]
    [Trait("Guarantee", "Q13")]
    public async Task A_look_without_a_reason_lets_changes_go_first()
    {
        var release = new TaskCompletionSource();
        Start(
            async (key, _) =>
            {
                await (key == "blocker" ? release.Task : Task.CompletedTask);
                return key == "resynced" ? ReconcileResult.Resync : ReconcileResult.Done;
            },
            new ControllerOptions { Workers = 1 }
        );
        _queue.Add("resynced");
        await Eventually.TrueAsync(() => _time.UntilNextTimer == TimeSpan.FromHours(10), "it is put in again");
        _queue.Add("blocker");
        await CallsAsync(2);
        _time.Advance(TimeSpan.FromHours(10));
        await Eventually.TrueAsync(() => _queue.Depth == 1, "it is due");
        _queue.Add("changed");

        release.SetResult();

        await CallsAsync(4);
        _calls.ShouldBe(["resynced", "blocker", "changed", "resynced"]);
    }

    [Fact]
    [Trait("Guarantee", "M21")]
    public async Task A_worker_that_nothing_can_stop_is_told()
    {
        var release = new TaskCompletionSource();
        var controller = Start(
            async (_, _) =>
            {
                await release.Task;
                return ReconcileResult.Done;
            }
        );
        _queue.Add("a");
        await CallsAsync(1);
        _time.Advance(TimeSpan.FromMinutes(3));
        controller.Problem.ShouldBeNull();

        _time.Advance(TimeSpan.FromSeconds(1));
        controller.Problem.ShouldBe("a worker is stuck on a for 181 s");

        release.SetResult();
        await Eventually.TrueAsync(() => controller.Problem is null, "it ended after all");
    }

    [Fact]
    [Trait("Guarantee", "M21")]
    public async Task Workers_that_were_told_to_end_are_no_problem()
    {
        var controller = Start((_, _) => ValueTask.FromResult(ReconcileResult.Done));

        await _stop.CancelAsync();
        await _running.InTime();

        controller.Problem.ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "M21")]
    public async Task Workers_that_end_by_themselves_are_told()
    {
        var controller = Start((_, _) => ValueTask.FromResult(ReconcileResult.Done));
        controller.Problem.ShouldBeNull();

        // Nobody told the controller: as far as it can see, its workers just went away.
        _queue.Complete();

        await Eventually.TrueAsync(() => controller.Problem == "4 of 4 workers ended", "it is told");
    }

    [Fact]
    [Trait("Guarantee", "Q5")]
    public async Task A_failure_is_tried_again_after_a_growing_pause_and_a_success_forgets_it()
    {
        var failing = true;
        Start(
            (_, _) => failing ? throw new InvalidOperationException("no") : ValueTask.FromResult(ReconcileResult.Done)
        );
        _queue.Add("a");
        await PauseOfAsync(0.2);
        await PauseOfAsync(0.4);
        await Eventually.TrueAsync(() => _time.UntilNextTimer == TimeSpan.FromSeconds(0.8), "a pause of 0.8 s");
        failing = false;
        _time.Advance(TimeSpan.FromSeconds(0.8));
        await CallsAsync(4);
        await Eventually.TrueAsync(() => _queue.Failures("a") == 0, "the failures are forgotten");
        await Eventually.TrueAsync(() => _time.PendingTimers == 0, "nothing is planned");
        _logger.Lines.Count(line => line.Level == LogLevel.Error && line.Error is not null).ShouldBe(3);
    }

    [Fact]
    [Trait("Guarantee", "Q11")]
    public async Task A_terminal_failure_waits_for_a_change()
    {
        Start((_, _) => throw new TerminalReconcileException("spec.replicas: must be positive"));
        _queue.Add("a");
        await CallsAsync(1);
        await Eventually.TrueAsync(() => !_logger.Lines.IsEmpty, "it is told");

        await Eventually.TrueAsync(() => _time.PendingTimers == 0, "nothing is planned");
        _logger.At(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("spec.replicas");
        _queue.Add("a");
        await CallsAsync(2);
    }

    [Fact]
    [Trait("Guarantee", "Q12")]
    public async Task A_conflict_is_tried_again_without_a_word()
    {
        Start((_, _) => throw new KubernetesApiException(KubernetesErrorKind.Conflict, "modified", 409));
        _queue.Add("a");
        await PauseOfAsync(0.2);
        await CallsAsync(2);

        _logger.Lines.ShouldAllBe(line => line.Level == LogLevel.Debug && line.Error == null);
    }

    [Fact]
    [Trait("Guarantee", "Q10")]
    public async Task A_reconciliation_is_cut_off_at_its_deadline_and_tried_again()
    {
        Start(
            async (_, ct) =>
            {
                await (_calls.Count == 1 ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask);
                return ReconcileResult.Done;
            }
        );
        _queue.Add("a");
        await CallsAsync(1);

        _time.Advance(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => _logger.At(LogLevel.Error).Count == 1, "it is told");
        _logger.At(LogLevel.Error)[0].ShouldContain("took longer than 00:02:00");
        await PauseOfAsync(0.2);
        await CallsAsync(2);
    }

    [Fact]
    [Trait("Guarantee", "Q8")]
    [Trait("Guarantee", "Q2")]
    public async Task No_more_keys_than_workers_are_reconciled_at_once_and_a_key_never_twice()
    {
        var release = new TaskCompletionSource();
        Start(
            async (_, _) =>
            {
                await release.Task;
                return ReconcileResult.Done;
            },
            new ControllerOptions { Workers = 2 }
        );
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("c");
        await CallsAsync(2);
        _queue.Add("a");
        _calls.ShouldBe(["a", "b"], ignoreOrder: true);

        release.SetResult();

        await CallsAsync(4);
        _calls.Count(key => key == "a").ShouldBe(2);
    }

    [Fact]
    [Trait("Guarantee", "Q14")]
    public async Task A_stop_lets_work_in_progress_end_and_starts_none()
    {
        var release = new TaskCompletionSource();
        var ended = false;
        Start(
            async (_, ct) =>
            {
                await release.Task;
                ended = !ct.IsCancellationRequested;
                return ReconcileResult.Done;
            },
            new ControllerOptions { Workers = 1 }
        );
        _queue.Add("a");
        await CallsAsync(1);
        _queue.Add("b");

        await _stop.CancelAsync();
        _running.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await _running.InTime();

        ended.ShouldBeTrue();
        _calls.ShouldBe(["a"]);
    }

    /// <summary>Whichever of the things that a stop sets off comes first.</summary>
    [Fact]
    [Trait("Guarantee", "Q14")]
    public async Task Idle_workers_end_at_every_stop()
    {
        for (var i = 0; i < 2000; i++)
        {
            using var stop = new CancellationTokenSource();
            using var queue = new WorkQueue<string>(_time);
            var idle = new Reconciler((_, _) => ValueTask.FromResult(ReconcileResult.Done));
            var running = new Controller<string>("idle", idle, queue, null, _time, _logger).RunAsync(stop.Token);
            if (i % 2 == 0)
            {
                await Task.Yield();
            }

            await (i % 3 == 0 ? stop.CancelAsync() : Task.Run(stop.Cancel));
            await running.InTime();
        }
    }

    [Fact]
    [Trait("Guarantee", "Q14")]
    public async Task A_stop_cuts_work_off_that_does_not_end_in_25_seconds()
    {
        Start(
            async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return ReconcileResult.Done;
            }
        );
        _queue.Add("a");
        await CallsAsync(1);
        await _stop.CancelAsync();

        var waited = await _time.AdvanceUntilAsync(() => _running.IsCompleted, TimeSpan.FromMinutes(1));

        waited.ShouldBe(TimeSpan.FromSeconds(25));
        _logger.At(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "L11")]
    public async Task Aborted_it_breaks_work_off_at_once()
    {
        using var lost = new CancellationTokenSource();
        Start(
            async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return ReconcileResult.Done;
            },
            new ControllerOptions { Workers = 1 },
            abort: lost.Token
        );
        _queue.Add("a");
        await CallsAsync(1);
        _queue.Add("b");

        await lost.CancelAsync();
        await _running.InTime();

        _calls.ShouldBe(["a"]);
        _logger.At(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task Metrics_have_controller_runtimes_names_and_start_at_zero()
    {
        var sums = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == "Kubernetes.Runtime")
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Count(instrument, 1, tags));
        listener.Start();
        var name = Guid.NewGuid().ToString("N");
        using var queue = new WorkQueue<string>(_time, null, name, _metrics, () => 1);
        var controller = new Controller<string>(
            name,
            new Reconciler(
                (key, _) =>
                {
                    _calls.Enqueue(key);
                    return key == "bad" ? throw new TerminalReconcileException("no") : Done();
                }
            ),
            queue,
            null,
            _time,
            _logger,
            _metrics
        );
        sums[$"controller_runtime_reconcile_total{{{name},requeue}}"].ShouldBe(0);
        sums[$"workqueue_retries_total{{{name}}}"].ShouldBe(0);
        var running = controller.RunAsync(_stop.Token);

        queue.Add("good");
        queue.Add("bad");
        await CallsAsync(2);
        await _stop.CancelAsync();
        await running.InTime();
        listener.RecordObservableInstruments();

        sums[$"controller_runtime_reconcile_total{{{name},success}}"].ShouldBe(1);
        sums[$"controller_runtime_reconcile_total{{{name},error}}"].ShouldBe(1);
        sums[$"controller_runtime_reconcile_errors_total{{{name}}}"].ShouldBe(1);
        sums[$"controller_runtime_terminal_reconcile_errors_total{{{name}}}"].ShouldBe(1);
        sums[$"controller_runtime_reconcile_time_seconds{{{name}}}"].ShouldBe(2);
        sums[$"controller_runtime_max_concurrent_reconciles{{{name}}}"].ShouldBe(4);
        sums[$"controller_runtime_active_workers{{{name}}}"].ShouldBe(0);
        sums[$"workqueue_adds_total{{{name}}}"].ShouldBe(2);
        sums[$"workqueue_queue_duration_seconds{{{name}}}"].ShouldBe(2);
        sums[$"workqueue_work_duration_seconds{{{name}}}"].ShouldBe(2);
        sums.Keys.ShouldContain($"workqueue_depth{{{name}}}");
        sums.Keys.ShouldContain($"workqueue_longest_running_processor_seconds{{{name}}}");
        sums.Keys.ShouldContain($"workqueue_unfinished_work_seconds{{{name}}}");

        void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = string.Join(',', tags.ToArray().Select(tag => tag.Value).Distinct());
            sums.AddOrUpdate($"{instrument.Name}{{{labels}}}", value, (_, sum) => sum + value);
        }

        static ValueTask<ReconcileResult> Done() => ValueTask.FromResult(ReconcileResult.Done);
    }

    private Controller<string> Start(
        Func<string, CancellationToken, ValueTask<ReconcileResult>> reconcile,
        ControllerOptions? options = null,
        Func<double>? random = null,
        CancellationToken abort = default
    )
    {
        var controller = new Controller<string>(
            "test",
            new Reconciler(
                (key, ct) =>
                {
                    _calls.Enqueue(key);
                    return reconcile(key, ct);
                }
            ),
            _queue,
            options,
            _time,
            _logger,
            _metrics,
            random ?? (() => 0.5)
        );
        _running = controller.RunAsync(_stop.Token, abort);
        return controller;
    }

    private Task CallsAsync(int count) => Eventually.TrueAsync(() => _calls.Count >= count, $"{count} calls");

    /// <summary>Waits until the next timer is the given pause away, and lets it fire.</summary>
    private async Task PauseOfAsync(double seconds)
    {
        var pause = TimeSpan.FromSeconds(seconds);
        await Eventually.TrueAsync(() => _time.UntilNextTimer == pause, $"a pause of {seconds} s");
        _time.Advance(pause);
    }

    private sealed class Reconciler(Func<string, CancellationToken, ValueTask<ReconcileResult>> reconcile)
        : IReconciler<string>
    {
        public ValueTask<ReconcileResult> ReconcileAsync(string key, CancellationToken cancellationToken) =>
            reconcile(key, cancellationToken);
    }
}
