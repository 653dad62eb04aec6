package soql

// orderKey is one part of ORDER BY. Nulls come first unless the query says
// otherwise, in either direction.
func (b binding) orderKey(object *Object, o *ordering) (func(x, y Row) int, error) {
	field, of, err := b.resolve(object, o.Field)
	if err != nil {
		return nil, err
	}
	compare := ordered(field.Kind)
	null := -1
	if o.NullsLast != nil && o.NullsLast.Last {
		null = 1
	}
	return func(x, y Row) int {
		a, b := of(x), of(y)
		switch {
		case !a.Valid && !b.Valid:
			return 0
		case !a.Valid:
			return null
		case !b.Valid:
			return -null
		case o.Down:
			return compare(b, a)
		default:
			return compare(a, b)
		}
	}, nil
}
