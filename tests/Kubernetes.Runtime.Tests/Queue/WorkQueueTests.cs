using System.Threading.Channels;
using Binnacle.Testing;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Telemetry.Collection;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Queue;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_time, null, "test", null, () => 1);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void A_queue_that_is_no_more_is_not_measured_any_longer()
    {
        using var collector = new MetricsCollector(_time);
        using var metrics = new RuntimeMetrics(collector);
        var queue = new WorkQueue<string>(_time, null, "test", metrics);
        Depths().ShouldBe(1);

        queue.Dispose();

        Depths().ShouldBe(0);
        int Depths() => collector.Collect().Single(family => family.Name == "workqueue_depth").Series.Count;
    }

    [Fact]
    [Trait("Guarantee", "Q1")]
    public async Task A_key_added_many_times_is_taken_once()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b");
        _queue.Depth.ShouldBe(2);

        (await TakeAsync()).ShouldBe("a");
        (await TakeAsync()).ShouldBe("b");
        _queue.Depth.ShouldBe(0);
    }

    [Fact]
    [Trait("Guarantee", "Q2")]
    public async Task A_key_added_while_it_is_worked_on_comes_back_once_after_done_and_to_nobody_before()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");
        _queue.Add("a");
        var next = _queue.TakeAsync(CancellationToken.None).AsTask();
        _queue.Depth.ShouldBe(0);
        next.IsCompleted.ShouldBeFalse();

        _queue.Done("a");

        (await next.InTime()).ShouldBe("a");
        _queue.Done("a");
        _queue.Depth.ShouldBe(0);
    }

    [Fact]
    [Trait("Guarantee", "Q4")]
    public async Task Changes_of_users_overtake_what_was_there_at_start()
    {
        _queue.Add("initial1", WorkPriority.Initial);
        _queue.Add("initial2", WorkPriority.Initial);
        _queue.Add("initial3", WorkPriority.Initial);
        _queue.Add("user");
        _queue.Add("initial3");

        var order = new[] { await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync() };

        order.ShouldBe(["user", "initial3", "initial1", "initial2"]);
        _queue.Depth.ShouldBe(0);
    }

    [Fact]
    public async Task The_priority_of_an_add_during_work_counts_afterwards()
    {
        _queue.Add("a", WorkPriority.Initial);
        await TakeAsync();
        _queue.Add("b", WorkPriority.Initial);
        _queue.Add("a");
        _queue.Done("a");

        (await TakeAsync()).ShouldBe("a");
    }

    [Fact]
    [Trait("Guarantee", "Q3")]
    public async Task Of_several_delays_the_earliest_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(2));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(1.9));
        _queue.Depth.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        (await TakeAsync()).ShouldBe("a");
        _queue.Done("a");

        _time.Advance(TimeSpan.FromMinutes(1));
        _queue.Depth.ShouldBe(0);
    }

    [Fact]
    [Trait("Guarantee", "Q3")]
    public void One_timer_serves_all_delays()
    {
        for (var i = 0; i < 1000; i++)
        {
            _queue.AddAfter($"k{i}", TimeSpan.FromSeconds(1 + i));
        }

        _time.PendingTimers.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(500));
        _queue.Depth.ShouldBe(500);
        _time.PendingTimers.ShouldBe(1);
    }

    [Fact]
    public async Task A_delay_that_ends_during_work_brings_the_key_back_after_done()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        _queue.Depth.ShouldBe(0);

        _queue.Done("a");

        _queue.Depth.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "Q5")]
    public async Task Failures_of_a_key_double_its_pause_from_200_ms_to_5_minutes_until_forgotten()
    {
        var pauses = new List<double>();
        for (var i = 0; i < 13; i++)
        {
            pauses.Add((await NextPauseAsync("a")).TotalSeconds);
        }

        pauses.ShouldBe([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 300, 300]);
        (await NextPauseAsync("b")).TotalSeconds.ShouldBe(0.2);

        _queue.Forget("a");
        (await NextPauseAsync("a")).TotalSeconds.ShouldBe(0.2);
    }

    [Fact]
    [Trait("Guarantee", "Q4")]
    public async Task A_repetition_of_what_was_there_at_start_still_lets_users_go_first()
    {
        _queue.Add("initial", WorkPriority.Initial);
        await TakeAsync();
        _queue.AddRateLimited("initial");
        _queue.Done("initial");
        _queue.Add("other", WorkPriority.Initial);
        await TakeAsync();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        _queue.Add("user");

        (await TakeAsync()).ShouldBe("user");
        (await TakeAsync()).ShouldBe("initial");
    }

    [Fact]
    [Trait("Guarantee", "Q5")]
    public void Jitter_takes_up_to_half_of_the_pause_away()
    {
        using var queue = new WorkQueue<string>(_time, null, "test", null, () => 0);
        queue.AddRateLimited("a");
        _time.UntilNextTimer.ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    [Trait("Guarantee", "Q6")]
    public void All_keys_together_repeat_no_more_than_ten_times_a_second_after_the_first_hundred()
    {
        for (var i = 0; i < 150; i++)
        {
            _queue.AddRateLimited($"k{i}");
        }

        _time.Advance(TimeSpan.FromSeconds(0.2));
        _queue.Depth.ShouldBe(100);
        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.Depth.ShouldBe(110);
        _time.Advance(TimeSpan.FromSeconds(4));
        _queue.Depth.ShouldBe(150);
    }

    [Fact]
    [Trait("Guarantee", "Q7")]
    public void A_debounced_key_is_due_when_it_was_quiet()
    {
        for (var i = 0; i < 5; i++)
        {
            Debounce();
            _time.Advance(TimeSpan.FromSeconds(0.9));
            _queue.Depth.ShouldBe(0);
        }

        _time.Advance(TimeSpan.FromSeconds(0.1));
        _queue.Depth.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "Q7")]
    public void A_debounced_key_is_due_in_the_end_even_if_it_is_never_quiet()
    {
        var waited = 0.0;
        while (_queue.Depth == 0)
        {
            Debounce();
            _time.Advance(TimeSpan.FromSeconds(0.5));
            waited += 0.5;
        }

        waited.ShouldBe(10);
    }

    [Fact]
    public async Task Taking_a_debounced_key_answers_all_calls_before()
    {
        Debounce();
        _queue.Add("a");
        (await TakeAsync()).ShouldBe("a");
        _queue.Done("a");

        _time.Advance(TimeSpan.FromMinutes(1));
        _queue.Depth.ShouldBe(0);

        Debounce();
        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.Depth.ShouldBe(1);
    }

    [Fact]
    public async Task A_debounce_after_the_key_was_taken_is_served()
    {
        _queue.Add("a");
        await TakeAsync();
        Debounce();
        _queue.Done("a");

        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.Depth.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "Q8")]
    public async Task A_take_that_is_cancelled_loses_no_key()
    {
        using var cancel = new CancellationTokenSource();
        var taken = _queue.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(taken.InTime());

        _queue.Add("a");

        (await TakeAsync()).ShouldBe("a");
    }

    [Fact]
    [Trait("Guarantee", "Q14")]
    public async Task Completion_ends_waiting_takers_and_takes_in_nothing_more()
    {
        _queue.AddAfter("b", TimeSpan.FromSeconds(1));
        var waiting = _queue.TakeAsync(CancellationToken.None).AsTask();

        _queue.Complete();

        await Should.ThrowAsync<ChannelClosedException>(waiting.InTime());
        _queue.Add("a");
        _time.Advance(TimeSpan.FromSeconds(2));
        _queue.Depth.ShouldBe(0);
        await Should.ThrowAsync<ChannelClosedException>(async () => await TakeAsync());
    }

    /// <summary>Many producers and workers: every key is worked on after its last add, by one worker at a time.</summary>
    [Fact]
    [Trait("Guarantee", "Q1")]
    [Trait("Guarantee", "Q2")]
    public async Task Under_load_no_add_is_lost_and_no_key_is_handed_out_twice_at_once()
    {
        const int Keys = 20;
        var wanted = new int[Keys];
        var seen = new int[Keys];
        var inside = new int[Keys];
        using var queue = new WorkQueue<int>(TimeProvider.System);
        var workers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    try
                    {
                        while (true)
                        {
                            var key = await queue.TakeAsync(CancellationToken.None);
                            Interlocked.Increment(ref inside[key]).ShouldBe(1);
                            seen[key] = Volatile.Read(ref wanted[key]);
                            Interlocked.Decrement(ref inside[key]);
                            queue.Done(key);
                        }
                    }
                    catch (ChannelClosedException)
                    {
                        // The end of the test.
                    }
                })
            )
            .ToArray();
        await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(producer =>
                        Task.Run(() =>
                        {
                            for (var i = 0; i < 5_000; i++)
                            {
                                var key = (i + producer) % Keys;
                                Interlocked.Increment(ref wanted[key]);
                                queue.Add(key, i % 3 == 0 ? WorkPriority.Initial : WorkPriority.Normal);
                            }
                        })
                    )
            )
            .InTime();

        await Eventually.TrueAsync(() => wanted.SequenceEqual(seen), "every key was seen after its last add");
        queue.Complete();
        await Task.WhenAll(workers).InTime();
    }

    private Task<string> TakeAsync() => _queue.TakeAsync(CancellationToken.None).InTime();

    private void Debounce() => _queue.AddDebounced("a", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    private async Task<TimeSpan> NextPauseAsync(string key)
    {
        _queue.AddRateLimited(key);
        var pause = _time.UntilNextTimer!.Value;
        _time.Advance(pause);
        (await TakeAsync()).ShouldBe(key);
        _queue.Done(key);
        return pause;
    }
}
