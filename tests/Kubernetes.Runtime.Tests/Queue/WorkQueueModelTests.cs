using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Runtime.Queue;

namespace Kubernetes.Runtime.Tests.Queue;

/// <summary>Random calls against a queue and against the plainest description of what it must do.</summary>
public sealed class WorkQueueModelTests
{
    private enum Call
    {
        Add,
        AddAfter,
        AddDebounced,
        Take,
        Fail,
        Forget,
        Done,
        Advance,
    }

    [Fact]
    [Trait("Guarantee", "Q1")]
    [Trait("Guarantee", "Q2")]
    [Trait("Guarantee", "Q3")]
    [Trait("Guarantee", "Q4")]
    public void Behaves_as_sets_of_ready_running_and_delayed_keys()
    {
        var call =
            from kind in Gen.Elements(Enum.GetValues<Call>())
            from key in Gen.Choose(0, 4)
            from amount in Gen.Choose(1, 8)
            select (kind, key, amount);
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(call.ListOf().Resize(120).ToArbitrary(), history => Run([.. history]))
        );
    }

    private static void Run(IReadOnlyList<(Call Kind, int Key, int Amount)> history)
    {
        var time = new ManualTimeProvider();
        var options = new WorkQueueOptions
        {
            FirstRetry = TimeSpan.FromSeconds(1),
            LastRetry = TimeSpan.FromSeconds(4),
            RetryBurst = 1000,
        };
        using var queue = new WorkQueue<int>(time, options, "test", null, () => 1);
        var model = new Model();
        foreach (var (kind, key, amount) in history)
        {
            var priority = amount % 2 == 0 ? WorkPriority.Initial : WorkPriority.Normal;
            switch (kind)
            {
                case Call.Add:
                    queue.Add(key, priority);
                    model.Add(key, priority);
                    break;
                case Call.AddAfter:
                    queue.AddAfter(key, TimeSpan.FromSeconds(amount), priority);
                    model.Delay(key, amount, priority);
                    break;
                case Call.AddDebounced:
                    queue.AddDebounced(key, TimeSpan.FromSeconds(amount), TimeSpan.FromSeconds(2 * amount), priority);
                    model.Debounce(key, amount, 2 * amount, priority);
                    break;
                case Call.Take when model.Ready.Count > 0:
                    var taken = queue.TakeAsync(CancellationToken.None).AsTask();
                    taken.IsCompletedSuccessfully.ShouldBeTrue();
                    model.Take(taken.Result);
                    break;
                case Call.Fail when model.Running.ContainsKey(key):
                    queue.AddRateLimited(key);
                    model.Fail(key);
                    break;
                case Call.Forget:
                    queue.Forget(key);
                    model.Failures.Remove(key);
                    break;
                case Call.Done when model.Running.Count > 0:
                    var done = model.Running.Keys.Order().ElementAt(key % model.Running.Count);
                    queue.Done(done);
                    model.Done(done);
                    break;
                case Call.Advance:
                    for (var second = 0; second < amount; second++)
                    {
                        time.Advance(TimeSpan.FromSeconds(1));
                        model.Tick();
                        model.NextStep();
                    }

                    break;
            }

            queue.Depth.ShouldBe(model.Ready.Count);
            queue.Failures(key).ShouldBe(model.Failures.GetValueOrDefault(key));
            model.NextStep();
        }
    }

    private sealed class Model
    {
        private readonly Dictionary<int, int> _dirty = [];
        private readonly Dictionary<int, Later> _later = [];
        private int _order;

        private int Now { get; set; }

        public Dictionary<int, (int Priority, int Order)> Ready { get; } = [];

        /// <summary>With the priority with which they were taken.</summary>
        public Dictionary<int, int> Running { get; } = [];

        public Dictionary<int, int> Failures { get; } = [];

        public void Add(int key, int priority)
        {
            if (Running.ContainsKey(key))
            {
                _dirty[key] = Math.Max(_dirty.GetValueOrDefault(key, int.MinValue), priority);
            }
            else if (!Ready.TryGetValue(key, out var ready) || ready.Priority < priority)
            {
                Ready[key] = (priority, _order);
            }
        }

        /// <summary>What becomes ready in one step has no order among itself.</summary>
        public void NextStep() => _order++;

        public void Delay(int key, int delay, int priority)
        {
            var later = LaterOf(key, priority);
            _later[key] = later with { Due = Math.Min(later.Due, Now + delay) };
        }

        public void Debounce(int key, int quiet, int atMost, int priority)
        {
            var later = LaterOf(key, priority);
            var limit = Math.Min(later.Limit, Now + atMost);
            _later[key] = later with { Quiet = Math.Min(Now + quiet, limit), Limit = limit };
        }

        public void Fail(int key)
        {
            var failures = Failures.GetValueOrDefault(key);
            Failures[key] = failures + 1;
            Delay(key, Math.Min(1 << failures, 4), Running[key]);
        }

        public void Take(int key)
        {
            Ready.Keys.ShouldContain(key);
            Ready[key].ShouldBe(Ready.Values.MinBy(it => (-it.Priority, it.Order)));
            Ready.Remove(key, out var ready);
            Running.TryAdd(key, ready.Priority).ShouldBeTrue();
            EndDebounce(key);
        }

        public void Done(int key)
        {
            Running.Remove(key);
            if (_dirty.Remove(key, out var priority))
            {
                Add(key, priority);
            }
        }

        public void Tick()
        {
            Now++;
            foreach (var (key, later) in _later.Where(pair => pair.Value.Next <= Now).ToArray())
            {
                _later[key] = later with { Due = later.Due <= Now ? int.MaxValue : later.Due };
                EndDebounce(key);
                Add(key, later.Priority);
            }
        }

        private Later LaterOf(int key, int priority)
        {
            var later = _later.GetValueOrDefault(key) ?? new Later(int.MaxValue, int.MaxValue, int.MaxValue, priority);
            return later with { Priority = Math.Max(later.Priority, priority) };
        }

        private void EndDebounce(int key)
        {
            if (!_later.Remove(key, out var later) || later.Due == int.MaxValue)
            {
                return;
            }

            _later[key] = later with { Quiet = int.MaxValue, Limit = int.MaxValue };
        }

        private sealed record Later(int Due, int Quiet, int Limit, int Priority)
        {
            public int Next => Math.Min(Due, Quiet);
        }
    }
}
