using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

/// <summary>
/// Follows the values of a template as it would run (https://go.dev/src/text/template/exec.go), as far as their types are
/// known, and notes what fails then, and which labels, values and queries it reads.
/// </summary>
internal sealed partial class TemplateChecker
{
    private readonly string _text;
    private readonly TemplateDialect _dialect;
    private readonly FaultList _warnings;
    private readonly IReadOnlyDictionary<string, List<TemplateNode>> _defined;
    private readonly List<TemplateLabel> _labels = [];
    private readonly List<TemplateValue> _values = [];
    private readonly List<TemplateQuery> _queries = [];
    private readonly HashSet<(string Template, GoType Data)> _visited = [];
    private readonly HashSet<(int Offset, string? Name, TemplateLabelSource Source)> _seenLabels = [];
    private readonly Dictionary<int, int> _readAt = [];
    private readonly Dictionary<int, TemplateQuery> _queryAt = [];
    private Variables _variables = new();
    private int _branches;

    private TemplateChecker(string text, TemplateTree tree, TemplateDialect dialect)
    {
        _text = text;
        _dialect = dialect;
        _defined = tree.Defined;
        _warnings = new FaultList(text);
    }

    public IReadOnlyList<TemplateFault> Warnings => _warnings.InOrder;
    public IReadOnlyList<TemplateLabel> Labels => _labels;
    public IReadOnlyList<TemplateValue> Values => _values;
    public IReadOnlyList<TemplateQuery> Queries => _queries;

    public static TemplateChecker Check(string text, TemplateTree tree, TemplateDialect dialect)
    {
        var checker = new TemplateChecker(text, tree, dialect);
        var data = new Flow(dialect.Data);
        checker.Push("$", data);
        foreach (var (name, type) in dialect.Variables)
        {
            checker.Push(name, new Flow(type));
        }

        checker.Walk(tree.Root, data);
        return checker;
    }

    private void Walk(List<TemplateNode> nodes, Flow dot)
    {
        foreach (var node in nodes)
        {
            switch (node)
            {
                case ActionNode action:
                    var flow = Pipe(action.Pipe, dot);
                    if (action.Pipe.Variables.Count == 0)
                    {
                        Spend(flow, TemplateValueUse.Printed);
                        AllLabels(flow, action);
                        Address(flow, action);
                    }

                    break;
                case BranchNode branch:
                    Branch(branch, dot);
                    break;
                case InvocationNode invocation:
                    Invoke(invocation, dot);
                    break;
            }
        }
    }

    /// <summary>Samples are pointers: written out they are numbers of memory cells.</summary>
    private void Address(Flow flow, ActionNode action)
    {
        if (ReferenceEquals(flow.Type, GoTypes.Samples))
        {
            Warn(
                TemplateFaultKind.ArgumentKind,
                action,
                "the result of a query is written as memory addresses",
                "{{ range }} over it, or \"| first | value\""
            );
        }
    }

    private void Branch(BranchNode branch, Flow dot)
    {
        var mark = _variables.Count;
        if (branch.Kind is BranchKind.Range)
        {
            ForgetAssigned(branch.Body);
        }

        var flow = branch.Pipe is { } pipe ? Pipe(pipe, dot, branch.Kind) : Flow.Unknown;
        Spend(flow, TemplateValueUse.Tested);
        var inner = branch.Kind switch
        {
            BranchKind.If => dot,
            BranchKind.With => flow with { Use = 0 },
            _ => Element(flow, branch),
        };
        var body = _variables.Count;
        _branches++;
        Walk(branch.Body, inner);
        _variables.Pop(body);
        if (branch.Otherwise is { } otherwise)
        {
            Walk(otherwise, dot);
        }

        _branches--;
        _variables.Pop(mark);
    }

    /// <summary>What a range goes over; its variables were declared for the pipeline's value and get the element's.</summary>
    private Flow Element(Flow flow, BranchNode branch)
    {
        var type = flow.Type;
        var (key, element) = type.Shape switch
        {
            GoShape.Map => (GoTypes.Text, type.Element ?? GoTypes.Unknown),
            GoShape.List => (GoTypes.Integer, type.Element ?? GoTypes.Unknown),
            GoShape.Integer when _dialect.CountingRange => (GoTypes.Integer, GoTypes.Integer),
            _ => (GoTypes.Unknown, GoTypes.Unknown),
        };
        if (
            type.Shape
                is GoShape.Bool
                    or GoShape.Float
                    or GoShape.Complex
                    or GoShape.Text
                    or GoShape.NamedText
                    or GoShape.Struct
            || (type.Shape is GoShape.Integer && !_dialect.CountingRange)
        )
        {
            Warn(
                TemplateFaultKind.ArgumentKind,
                branch.Pipe!,
                $"{{{{ range }}}} cannot go over {Described(type)}",
                "a list or a map, such as query \"…\" or $labels"
            );
        }

        if (branch.Pipe is { } pipe)
        {
            AllLabels(flow, pipe);
            if (type.Shape is GoShape.Integer && _dialect.CountingRange && pipe.Variables.Count > 1)
            {
                Warn(TemplateFaultKind.ArgumentCount, pipe, "{{ range }} over a whole number sets one variable only");
            }

            var values = new Flow(element, Query: flow.Query);
            var names = pipe.Variables.Select(variable => variable.Name).ToList();
            if (names.Count > 0)
            {
                Assign(names[^1], values, pipe.Assigns);
            }

            if (names.Count > 1)
            {
                Assign(names[0], new Flow(key), pipe.Assigns);
            }

            return values;
        }

        return Flow.Unknown;
    }

    private void Invoke(InvocationNode invocation, Flow dot)
    {
        var data = invocation.Pipe is { } pipe ? Pipe(pipe, dot) : new Flow(GoTypes.Nil);
        Spend(data, TemplateValueUse.Passed);
        if (!_defined.TryGetValue(invocation.Name, out var body))
        {
            if (_dialect.ChecksTemplateNames)
            {
                var near = Suggestions.Nearest(invocation.Name, _defined.Keys);
                Warn(
                    TemplateFaultKind.UndefinedTemplate,
                    invocation,
                    $"the template \"{invocation.Name}\" is not defined",
                    near.Length == 0 ? "{{ define }} for it in the same text" : $"\"{near}\"",
                    near.Length == 0 ? "" : $"\"{near}\""
                );
            }

            return;
        }

        // Once for each kind of data: templates may call themselves.
        if (_visited.Add((invocation.Name, data.Type)))
        {
            var (variables, branches) = (_variables, _branches);
            _variables = new Variables();
            _branches = 0;
            Push("$", data with { Use = 0 });
            Walk(body, data with { Use = 0 });
            (_variables, _branches) = (variables, branches);
        }
    }

    private void Push(string name, Flow flow) => _variables.Push(name, flow, _branches);

    private void Assign(string name, Flow flow, bool assigns) => _variables.Assign(name, flow, assigns, _branches);

    /// <summary>A loop's body runs again after its own assignments.</summary>
    private void ForgetAssigned(List<TemplateNode> nodes)
    {
        foreach (var node in nodes)
        {
            var pipe = node switch
            {
                ActionNode action => action.Pipe,
                BranchNode branch => branch.Pipe,
                InvocationNode invocation => invocation.Pipe,
                _ => null,
            };
            if (pipe is { Assigns: true })
            {
                pipe.Variables.ForEach(variable => Assign(variable.Name, Flow.Unknown, assigns: false));
            }

            if (node is BranchNode inner)
            {
                ForgetAssigned(inner.Body);
                ForgetAssigned(inner.Otherwise ?? []);
            }
        }
    }

    private void Warn(TemplateFaultKind kind, TemplateNode at, string message, string expected = "", string fix = "") =>
        _warnings.Add(kind, at.Start, at.End, message, expected, fix);
}
