using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Events;

public sealed class EventRecorderTests : IAsyncDisposable
{
    private readonly FakeApiServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EventRecorder _recorder;
    private Task _running = Task.CompletedTask;

    public EventRecorderTests() =>
        _recorder = new EventRecorder(_server, "example.io/tester", "pod-1", _time, new RecordingLogger());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.InTime();
        _stop.Dispose();
    }

    [Fact]
    public async Task Writes_what_is_recorded_and_counts_repetitions_in_the_same_Event()
    {
        _running = _recorder.RunAsync(_stop.Token);

        Record("a", "no");
        Record("a", "no");
        await Eventually.TrueAsync(() => Written.SingleOrDefault()?.Series?.Count == 2, "the series is written");

        (Written[0].Type, Written[0].Reason, Written[0].Note).ShouldBe(("Warning", "Failed", "no"));
        _server.Writes.Select(it => it.Verb).ShouldBe(["create", "patch"]);
    }

    [Fact]
    public async Task Ends_of_series_are_written_by_the_clock()
    {
        _running = _recorder.RunAsync(_stop.Token);
        for (var i = 0; i < 5; i++)
        {
            Record("a", "no");
        }

        await Eventually.TrueAsync(() => Written.SingleOrDefault()?.Series?.Count == 2, "the series is written");
        await _time.AdvanceUntilAsync(() => Written.Single().Series!.Count == 5, TimeSpan.FromMinutes(10));
    }

    [Fact]
    [Trait("Guarantee", "A24")]
    public async Task A_series_whose_Event_has_expired_goes_on_in_a_new_one()
    {
        _running = _recorder.RunAsync(_stop.Token);
        Record("a", "no");
        await Eventually.TrueAsync(() => Written.Count == 1, "the Event is written");
        _server.Remove(Event.ResourceType, Written[0].Key);

        Record("a", "no");

        await Eventually.TrueAsync(() => Written.SingleOrDefault()?.Series?.Count == 2, "a new Event is written");
    }

    [Fact]
    [Trait("Guarantee", "A25")]
    public void Recording_never_waits_and_what_exceeds_1000_is_dropped()
    {
        for (var i = 0; i < 1005; i++)
        {
            Record($"o{i}", "x");
        }

        _recorder.Dropped.ShouldBe(5);
    }

    [Fact]
    [Trait("Guarantee", "A25")]
    public async Task A_server_that_fails_is_tried_three_times_and_then_the_next_Event_is_written()
    {
        _server.Fault = request =>
            request.Key.Name?.StartsWith("bad", StringComparison.Ordinal) == true ? Errors.Transport() : null;
        _running = _recorder.RunAsync(_stop.Token);
        Record("bad", "x");
        Record("good", "x");

        // More than the flush of every minute: on a slow machine that timer may be the only one for a moment.
        await _time.AdvanceUntilAsync(() => Written.Count == 1, TimeSpan.FromMinutes(30));

        Written[0].Regarding!.Name.ShouldBe("good");
        _server.Writes.Count(it => it.Key.Name.StartsWith("bad", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        _server.Fault = request => request.Key.Name.StartsWith('a') ? Errors.Forbidden() : null;
        _running = _recorder.RunAsync(_stop.Token);
        Record("a", "x");
        Record("b", "x");
        await Eventually.TrueAsync(() => Written.Count == 1, "the next is written");
        _server.Writes.Count.ShouldBe(2);
    }

    private IReadOnlyList<Event> Written => _server.All<Event>();

    private void Record(string name, string note) =>
        _recorder.Record(Make.ConfigMap(name, uid: name), EventType.Warning, "Failed", "Apply", note);
}
