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
        Done,
        Advance,
    }

    [Fact]
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
        using var queue = new WorkQueue<int>(time);
        var model = new Model();
        foreach (var (kind, key, amount) in history)
        {
            switch (kind)
            {
                case Call.Add:
                    var priority = amount % 2 == 0 ? WorkPriority.Initial : WorkPriority.Normal;
                    queue.Add(key, priority);
                    model.Add(key, priority);
                    break;
                case Call.AddAfter:
                    queue.AddAfter(key, TimeSpan.FromSeconds(amount));
                    model.Delays[key] = Math.Min(model.Delays.GetValueOrDefault(key, int.MaxValue), model.Now + amount);
                    break;
                case Call.AddDebounced:
                    queue.AddDebounced(key, TimeSpan.FromSeconds(amount), TimeSpan.FromSeconds(2 * amount));
                    model.Debounce(key, amount, 2 * amount);
                    break;
                case Call.Take when model.Ready.Count > 0:
                    var taken = queue.TakeAsync(CancellationToken.None).AsTask();
                    taken.IsCompletedSuccessfully.ShouldBeTrue();
                    model.Take(taken.Result);
                    break;
                case Call.Done when model.Running.Count > 0:
                    var done = model.Running.Order().ElementAt(key % model.Running.Count);
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
            model.NextStep();
        }
    }

    private sealed class Model
    {
        private readonly Dictionary<int, int> _dirty = [];
        private readonly Dictionary<int, (int Due, int Limit)> _debounced = [];
        private int _order;

        public int Now { get; private set; }
        public Dictionary<int, (int Priority, int Order)> Ready { get; } = [];
        public HashSet<int> Running { get; } = [];
        public Dictionary<int, int> Delays { get; } = [];

        public void Add(int key, int priority)
        {
            if (Running.Contains(key))
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

        public void Debounce(int key, int quiet, int atMost)
        {
            var limit = Now + atMost;
            if (_debounced.TryGetValue(key, out var before))
            {
                limit = Math.Min(before.Limit, limit);
            }

            _debounced[key] = (Math.Min(Now + quiet, limit), limit);
        }

        public void Take(int key)
        {
            Ready.Keys.ShouldContain(key);
            Ready[key].ShouldBe(Ready.Values.MinBy(it => (-it.Priority, it.Order)));
            Ready.Remove(key);
            _debounced.Remove(key);
            Running.Add(key).ShouldBeTrue();
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
            foreach (var key in Delays.Where(pair => pair.Value <= Now).Select(pair => pair.Key).Order().ToArray())
            {
                Delays.Remove(key);
                _debounced.Remove(key);
                Add(key, WorkPriority.Normal);
            }

            foreach (
                var key in _debounced.Where(pair => pair.Value.Due <= Now).Select(pair => pair.Key).Order().ToArray()
            )
            {
                _debounced.Remove(key);
                Add(key, WorkPriority.Normal);
            }
        }
    }
}
