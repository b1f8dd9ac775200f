namespace Binnacle.PromQL.Templates.Checking;

/// <summary>The variables of a running template: the last one declared under a name is the one that counts.</summary>
internal sealed class Variables
{
    /// <summary>Up to here looking through all of them is faster than keeping an index.</summary>
    private const int Few = 12;

    private readonly List<(string Name, Flow Flow, int Branches, int Before)> _declared = new(Few);
    private Dictionary<string, int>? _last;

    public int Count => _declared.Count;

    public Flow? Find(string name) => IndexOf(name) is var at and >= 0 ? _declared[at].Flow : null;

    /// <summary>Declares a variable under a number of conditions.</summary>
    public void Push(string name, Flow flow, int branches)
    {
        _declared.Add((name, flow, branches, _last is null ? -1 : IndexOf(name)));
        if (_last is not null)
        {
            _last[name] = _declared.Count - 1;
        }
        else if (_declared.Count > Few)
        {
            BuildIndex();
        }
    }

    public void Pop(int mark)
    {
        for (var i = _declared.Count - 1; _last is not null && i >= mark; i--)
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
        if (IndexOf(name) is var at and >= 0)
        {
            var known = _declared[at];
            _declared[at] = known with { Flow = assigns && known.Branches < branches ? known.Flow.Or(flow) : flow };
        }
    }

    private int IndexOf(string name)
    {
        if (_last is not null)
        {
            return _last.GetValueOrDefault(name, -1);
        }

        var at = _declared.Count - 1;
        while (at >= 0 && _declared[at].Name != name)
        {
            at--;
        }

        return at;
    }

    private void BuildIndex()
    {
        var last = new Dictionary<string, int>();
        for (var i = 0; i < _declared.Count; i++)
        {
            var variable = _declared[i];
            _declared[i] = variable with { Before = last.GetValueOrDefault(variable.Name, -1) };
            last[variable.Name] = i;
        }

        _last = last;
    }
}
