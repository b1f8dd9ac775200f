namespace Binnacle.PromQL.Templates.Checking;

/// <summary>The variables of a running template: the last one declared under a name is the one that counts.</summary>
internal sealed class Variables
{
    private readonly List<(string Name, Flow Flow, int Branches, int Before)> _declared = [];
    private readonly Dictionary<string, int> _last = [];

    public int Count => _declared.Count;

    public Flow? Find(string name) => _last.TryGetValue(name, out var at) ? _declared[at].Flow : null;

    /// <summary>Declares a variable under a number of conditions.</summary>
    public void Push(string name, Flow flow, int branches)
    {
        _declared.Add((name, flow, branches, _last.GetValueOrDefault(name, -1)));
        _last[name] = _declared.Count - 1;
    }

    public void Pop(int mark)
    {
        for (var i = _declared.Count - 1; i >= mark; i--)
        {
            var (name, _, _, before) = _declared[i];
            if (before < 0)
            {
                _last.Remove(name);
            }
            else
            {
                _last[name] = before;
            }
        }

        _declared.RemoveRange(mark, _declared.Count - mark);
    }

    /// <summary>Sets a variable; by an assignment under more conditions than its declaration, it may also keep what it had.</summary>
    public void Assign(string name, Flow flow, bool assigns, int branches)
    {
        if (_last.TryGetValue(name, out var at))
        {
            var known = _declared[at];
            _declared[at] = known with { Flow = assigns && known.Branches < branches ? known.Flow.Or(flow) : flow };
        }
    }
}
