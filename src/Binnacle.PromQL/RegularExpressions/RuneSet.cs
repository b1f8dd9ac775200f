namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Runes of a node: the text of a literal, or the ranges of a class as pairs of first and last. Grows in place.
/// </summary>
internal sealed class RuneSet
{
    public const int MaxRune = 0x10ffff;

    private int[] _items;

    public RuneSet(int capacity = 4) => _items = new int[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    public int this[int index] => _items[index];

    public void Add(int rune)
    {
        Reserve(1);
        _items[Count++] = rune;
    }

    public void Add(ReadOnlySpan<int> runes)
    {
        Reserve(runes.Length);
        runes.CopyTo(_items.AsSpan(Count));
        Count += runes.Length;
    }

    /// <summary>Replaces everything by one rune.</summary>
    public void Set(int rune)
    {
        Count = 0;
        Add(rune);
    }

    public void Clear() => Count = 0;

    public void RemoveFirst(int count)
    {
        _items.AsSpan(count, Count - count).CopyTo(_items);
        Count -= count;
    }

    /// <summary>Adds a range, merged into one of the last two where they touch: that keeps a-z and A-Z growing side by side.</summary>
    public void AddRange(int low, int high)
    {
        for (var i = Count - 2; i >= 0 && i >= Count - 4; i -= 2)
        {
            if (low <= _items[i + 1] + 1 && _items[i] <= high + 1)
            {
                _items[i] = Math.Min(low, _items[i]);
                _items[i + 1] = Math.Max(high, _items[i + 1]);
                return;
            }
        }

        Reserve(2);
        _items[Count++] = low;
        _items[Count++] = high;
    }

    public void AddRanges(ReadOnlySpan<int> ranges)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            AddRange(ranges[i], ranges[i + 1]);
        }
    }

    /// <summary>Adds everything outside of ranges that are in order.</summary>
    public void AddNegated(ReadOnlySpan<int> ranges)
    {
        var next = 0;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (next < ranges[i])
            {
                AddRange(next, ranges[i] - 1);
            }

            next = ranges[i + 1] + 1;
        }

        if (next <= MaxRune)
        {
            AddRange(next, MaxRune);
        }
    }

    /// <summary>Adds a range with everything that differs from it in case only.</summary>
    public void AddFolded(int low, int high)
    {
        AddRange(low, high);
        CaseFolding.AddOrbits(this, low, high);
    }

    public void AddFolded(ReadOnlySpan<int> ranges)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            AddFolded(ranges[i], ranges[i + 1]);
        }
    }

    /// <summary>Puts the ranges in order and merges those that touch.</summary>
    public void Clean()
    {
        if (Count < 4 || InOrder())
        {
            return;
        }

        var keys = new long[Count / 2];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((long)_items[2 * i] << 32) | (uint)_items[(2 * i) + 1];
        }

        Array.Sort(keys);
        var written = 0;
        foreach (var key in keys)
        {
            var (low, high) = ((int)(key >> 32), (int)key);
            if (written > 0 && low <= _items[written - 1] + 1)
            {
                _items[written - 1] = Math.Max(high, _items[written - 1]);
                continue;
            }

            _items[written++] = low;
            _items[written++] = high;
        }

        Count = written;
    }

    /// <summary>Replaces clean ranges by everything outside of them.</summary>
    public void Negate()
    {
        var ranges = Items.ToArray();
        Count = 0;
        AddNegated(ranges);
    }

    public bool Contains(int rune)
    {
        for (var i = 0; i < Count; i += 2)
        {
            if (_items[i] <= rune && rune <= _items[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The ranges or the text as an array of its own size.</summary>
    public int[] ToArray() => Items.ToArray();

    private bool InOrder()
    {
        for (var i = 2; i < Count; i += 2)
        {
            if (_items[i] <= _items[i - 1] + 1)
            {
                return false;
            }
        }

        return true;
    }

    private void Reserve(int more)
    {
        if (Count + more > _items.Length)
        {
            Array.Resize(ref _items, Math.Max(Count + more, 2 * Math.Max(4, Count)));
        }
    }
}
